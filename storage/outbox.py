"""What is to be delivered: queued in the transaction that made it, delivered after its commit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, insert, or_, select, update

from core.messages import Reply
from core.ports import Clock
from storage.connection import Connection
from storage.conversations import Conversation
from storage.outbox_queries import (
    ADD,
    DELIVERED,
    EMPTY,
    FREE,
    HEADS,
    NEXT_DUE,
    NEXT_OF,
    NEXT_OF_SLOT,
    QUEUED,
    QUEUED_OF,
    SLOTS,
    fill,
)
from storage.policy import Actor
from storage.priorities import ANSWER
from storage.tables import conversation, outbox

REPLY: Final = "reply"
CLAIM: Final = timedelta(seconds=30)  # for messages in hand; who needs longer claims again
LONGEST_CLAIM: Final = timedelta(seconds=125)
LONGEST_PUT_OFF: Final = timedelta(minutes=75)  # of a message that was tried


@dataclass(frozen=True, slots=True)
class Parcel:
    """One queued message with its address. `kind` is ``reply`` (the body is a Reply) or names what
    a handler has to render. `replaces` is the channel's id of the message that fills the slot which
    this one edits. Until `claimed_until` it is this process's to deliver. `reply` is there if this
    process queued it just now. A chat that is not `reachable` can't be written to until its person
    writes again."""

    id: int
    conversation_id: int
    channel: str
    address: str
    language: str
    kind: str
    body: dict[str, Any]
    slot: str | None
    edits: str | None
    attempts: int
    priority: int
    replaces: str | None
    claimed_until: datetime | None = None
    reply: Reply | None = None
    reachable: bool = True


Sent = tuple[Parcel, str | None]
"""What was delivered, and the channel's id of the message that now stands in the chat."""


class Outbox:
    """Queues messages for anybody, and keeps book of their delivery for the machine itself."""

    def __init__(self, connection: Connection, clock: Clock, actor: Actor) -> None:
        self._connection = connection
        self._clock = clock
        self._actor = actor
        self.waiting = False
        """Whether this transaction queued something that nobody delivers yet."""

    async def queue(self, conversation_id: int, replies: Sequence[Reply]) -> None:
        """Queue `replies` for a conversation, in this order, for whoever delivers."""
        if replies:
            now = self._clock.now()
            rows = [_row(conversation_id, reply, now) for reply in replies]
            await ADD.each(self._connection, rows)
        self.waiting = self.waiting or bool(replies)

    async def queued(self, conversation_id: int) -> frozenset[int]:
        """Which messages wait for a conversation and go before an answer, by their ids."""
        rows = await QUEUED_OF.all(self._connection, {"chat": conversation_id})
        return frozenset(row["id"] for row in rows)

    async def hand_out(self, chat: Conversation, replies: Sequence[Reply]) -> Sequence[Parcel]:
        """Queue `replies` for this process to deliver at once, once the transaction is kept."""
        if not replies:
            return []
        now = self._clock.now()
        claimed_until = now + CLAIM
        rows = [_row(chat.id, reply, now, claimed_until) for reply in replies]
        ids = await ADD.add(self._connection, rows)
        filled: dict[str, str] = {}
        if any(reply.edits for reply in replies):
            filled = await self._filled(chat.id)
        return [
            Parcel(
                id=row_id,
                conversation_id=chat.id,
                channel=chat.channel,
                address=chat.address,
                language=chat.language,
                kind=REPLY,
                body=row["body"],
                slot=reply.slot,
                edits=reply.edits,
                attempts=0,
                priority=ANSWER,
                replaces=filled.get(reply.edits or ""),
                claimed_until=claimed_until,
                reply=reply,
            )
            for row_id, row, reply in zip(ids, rows, replies, strict=True)
        ]

    async def holder(self, conversation_id: int, slot: str) -> str | None:
        """The channel's id of the message that fills a slot; None if none does."""
        return (await self._filled(conversation_id)).get(slot)

    async def superseded(self, parcel: Parcel) -> bool:
        """Whether the next queued message that has to do with the slot which this one edits edits
        it too, so that what this one says would be seen by nobody."""
        values = {"chat": parcel.conversation_id, "after": parcel.id, "changed": parcel.edits}
        row = await NEXT_OF_SLOT.first(self._connection, values)
        return row is not None and row["edits"] == parcel.edits

    async def _filled(self, conversation_id: int) -> dict[str, str]:
        """The messages that fill the slots of a conversation."""
        rows = await SLOTS.all(self._connection, {"chat": conversation_id})
        return {row["name"]: row["message"] for row in rows}

    async def queue_kind(
        self,
        conversation_id: int,
        kind: str,
        body: dict[str, Any],
        priority: int,
        *,
        slot: str | None = None,
        not_before: datetime | None = None,
    ) -> None:
        """Queue something that is rendered at delivery, in the reader's language; with `not_before`
        (aware) it goes no sooner."""
        self.waiting = True
        now = self._clock.now()
        await self._connection.execute(
            insert(outbox).values(
                conversation_id=conversation_id,
                kind=kind,
                body=body,
                slot=slot,
                priority=priority,
                state="queued",
                attempts=0,
                not_before=not_before or now,
                created_at=now,
            )
        )

    async def heads(
        self, channels: Sequence[str], busy: Collection[int] = (), limit: int = 100
    ) -> Sequence[Parcel]:
        """The oldest queued message of each conversation, of those whose time has come and that no
        other process delivers; without the conversations in `busy`, the urgent first. Raises
        PermissionError."""
        self._only_the_machine()
        query = (
            HEADS.where(conversation.c.channel.in_(channels))
            .where(outbox.c.conversation_id.not_in(busy))
            .limit(limit)
        )
        rows = await self._connection.execute(query, {"now": self._clock.now()})
        return [_parcel(row._mapping) for row in rows]

    def _only_the_machine(self) -> None:
        if not self._actor.everything:
            raise PermissionError("only the sender reads what is to be delivered")

    async def next_of(self, conversation_id: int) -> Parcel | None:
        """The oldest queued message of one conversation, if it may go now. Raises
        PermissionError."""
        self._only_the_machine()
        values = {"chat": conversation_id, "now": self._clock.now()}
        row = await NEXT_OF.first(self._connection, values)
        return _parcel(row) if row and row["free"] else None

    async def claim(self, parcels: Sequence[Parcel]) -> Sequence[Parcel]:
        """Keep other processes from delivering these messages for a while; those that no other one
        delivers already. A write on SQLite too: where the book can't be kept, nothing is sent again
        and again."""
        if not parcels:
            return []
        return await self._claim(parcels, FREE, CLAIM)

    async def claim_again(self, parcel: Parcel, span: timedelta) -> Parcel | None:
        """Keep a message that this process claimed for `span` more, counted from now; None if its
        claim ran out and another process took it, or sent it."""
        ours = outbox.c.claimed_until == parcel.claimed_until
        return next(iter(await self._claim([parcel], or_(FREE, ours), span)), None)

    async def _claim(
        self, parcels: Sequence[Parcel], where: ColumnElement[bool], span: timedelta
    ) -> Sequence[Parcel]:
        now = self._clock.now()
        until = now + span
        free = (
            select(outbox.c.id)
            .where(outbox.c.id.in_([parcel.id for parcel in parcels]), QUEUED, where)
            .with_for_update(skip_locked=True)
        )
        mine = await self._connection.execute(
            update(outbox)
            .where(outbox.c.id.in_(free))
            .values(claimed_until=until)
            .returning(outbox.c.id),
            {"now": now},
        )
        ids = set(mine.scalars())
        return [replace(parcel, claimed_until=until) for parcel in parcels if parcel.id in ids]

    async def put_back(self, parcels: Sequence[Parcel]) -> None:
        """Let anybody deliver these messages, which this process claimed."""
        if parcels:
            ours = [
                (outbox.c.id == parcel.id) & (outbox.c.claimed_until == parcel.claimed_until)
                for parcel in parcels
            ]
            await self._connection.execute(
                update(outbox).where(or_(*ours)).values(claimed_until=None)
            )

    async def release(self) -> None:
        """Give up every claim: those of this process before it was killed. For a database that is
        one process's own."""
        await self._connection.execute(update(outbox).where(QUEUED).values(claimed_until=None))

    async def next_due(
        self, channels: Sequence[str], busy: Collection[int] = ()
    ) -> datetime | None:
        """When the next message may go, of those that none of their conversation goes before; None
        if there is none."""
        query = (
            NEXT_DUE.join(conversation, outbox.c.conversation_id == conversation.c.id)
            .where(conversation.c.channel.in_(channels))
            .where(outbox.c.conversation_id.not_in(busy))
        )
        return (await self._connection.execute(query)).scalar()

    async def sent(self, deliveries: Sequence[Sent]) -> None:
        """Keep book of deliveries within one conversation; their words are forgotten."""
        if not deliveries:
            return
        now = self._clock.now()
        rows = [{"row": parcel.id, "at": now} for parcel, _ in deliveries]
        await DELIVERED.each(self._connection, rows)
        chat = deliveries[0][0].conversation_id
        for name, message in slots_after(deliveries).items():
            if message is None:
                await EMPTY.run(self._connection, {"chat": chat, "filled": name})
            else:
                values = {"conversation_id": chat, "name": name, "message": message}
                await fill(self._connection.dialect.name).run(self._connection, values)

    async def later(self, parcel: Parcel, seconds: float, error: str) -> None:
        """Try again in `seconds`, or after the longest time that a message is put off for."""
        wait = min(timedelta(seconds=seconds), LONGEST_PUT_OFF)
        await self._connection.execute(
            update(outbox)
            .where(outbox.c.id == parcel.id)
            .values(
                attempts=parcel.attempts + 1,
                claimed_until=None,
                not_before=self._clock.now() + wait,
                error=error,
            )
        )

    async def dead(self, parcel: Parcel, error: str) -> None:
        """Give up; an operator sees it."""
        values = {"state": "dead", "error": error, "done_at": self._clock.now()}
        await self._connection.execute(
            update(outbox)
            .where(outbox.c.id == parcel.id)
            .values(**values, attempts=outbox.c.attempts + 1)
        )


def _row(
    conversation_id: int, reply: Reply, now: datetime, claimed_until: datetime | None = None
) -> dict[str, Any]:
    return {
        "conversation_id": conversation_id,
        "kind": REPLY,
        "body": reply.model_dump(mode="json", exclude_defaults=True),
        "slot": reply.slot,
        "edits": reply.edits,
        "priority": ANSWER,
        "state": "queued",
        "attempts": 0,
        "not_before": now,
        "claimed_until": claimed_until,
        "created_at": now,
    }


def slots_after(deliveries: Sequence[Sent]) -> dict[str, str | None]:
    """Which message fills a slot after these deliveries; None for a slot that is empty now."""
    slots: dict[str, str | None] = {}
    for parcel, message in deliveries:
        name = parcel.slot or parcel.edits
        if name and message and (parcel.slot or parcel.body.get("buttons")):
            slots[name] = message
        elif parcel.edits:  # changed for the last time
            slots[parcel.edits] = None
    return slots


def _parcel(row: Any) -> Parcel:
    return Parcel(
        id=row["id"],
        conversation_id=row["conversation_id"],
        channel=row["channel"],
        address=row["address"],
        language=row["language"],
        kind=row["kind"],
        body=row["body"],
        slot=row["slot"],
        edits=row["edits"],
        attempts=row["attempts"],
        priority=row["priority"],
        replaces=row["replaces"],
        reachable=row["reachable"],
    )
