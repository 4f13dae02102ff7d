"""Conversations that this process delivers to just now, and what steps bring for them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from core.messages import Reply
from storage.conversations import Conversation
from storage.outbox import Parcel, Sent, slots_after
from storage.unit import UnitOfWork


@dataclass(slots=True, eq=False)
class Lane:
    """A conversation in hand: everything that waits for it is here or behind what is here.

    `ids` are the queued messages that are its own, those of steps that are not committed yet too.
    `slots` are the messages that fill its slots as far as this lane has seen, None for an empty
    one. `expected` counts the steps under way that may bring something: the lane stays until they
    have. One that was `found` began with what lay in the outbox, where more may lie. One that is
    `broken` met trouble: what it held, and what is brought to it, goes back to the outbox. One that
    `owes` could not write down what it sent, and sends nothing before it has. One was `passed_over`
    if somebody looked into the outbox for other conversations since it last did.
    """

    conversation_id: int
    waiting: deque[Parcel] = field(default_factory=deque)
    ids: set[int] = field(default_factory=set)
    unbooked: list[Sent] = field(default_factory=list)
    slots: dict[str, str | None] = field(default_factory=dict)
    expected: int = 0
    found: bool = False
    broken: bool = False
    owes: bool = False
    passed_over: bool = False
    task: asyncio.Task[None] | None = None

    def replaces(self, parcel: Parcel) -> str | None:
        """The message that a parcel edits, as things stand now."""
        return self.slots.get(parcel.edits, parcel.replaces) if parcel.edits else None

    def next_of_slot(self, parcel: Parcel) -> Parcel | None:
        """The next message here that has to do with the slot which `parcel`, the first, edits."""
        behind = (one for one in self.waiting if one.id != parcel.id)
        return next((one for one in behind if parcel.edits in (one.slot, one.edits)), None)

    def delivered(self, parcel: Parcel, message: str | None) -> None:
        """Remember what was sent until it is written down."""
        self.waiting.popleft()
        self.unbooked.append((parcel, message))
        self.slots.update(slots_after([(parcel, message)]))

    def booked(self) -> None:
        """What was sent is written down."""
        self.ids.difference_update(parcel.id for parcel, _ in self.unbooked)
        self.unbooked.clear()
        self.owes = False


class Brought:
    """What one step says, until its transaction is kept or lost."""

    def __init__(self, reserve: Callable[[Conversation, frozenset[int]], Lane | None]) -> None:
        self._reserve = reserve
        self.lane: Lane | None = None
        self.parcels: Sequence[Parcel] = ()
        self.waiting = False

    async def queue(self, uow: UnitOfWork, chat: Conversation, replies: Sequence[Reply]) -> None:
        """Queue what the step says to `chat`, as its last deed; `chat` is locked."""
        self.lane = self._reserve(chat, await uow.outbox.queued(chat.id)) if replies else None
        if self.lane is None:
            await uow.outbox.queue(chat.id, replies)
        else:
            self.parcels = await uow.outbox.hand_out(chat, replies)
            self.lane.ids.update(parcel.id for parcel in self.parcels)
        self.waiting = uow.outbox.waiting

    def lost(self) -> None:
        """The transaction failed: nothing of this was queued."""
        if self.lane is not None:
            self.lane.ids.difference_update(parcel.id for parcel in self.parcels)
        self.parcels = ()
        self.waiting = False
