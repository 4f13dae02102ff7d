"""Deliveries of one lane: each message once as far as the messenger lets us know, and the book."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import timedelta
from typing import Final

from core import measures
from core.log import log
from core.messages import Reply
from core.ports import Channel, Clock, NotNow, Undeliverable
from scheduler import undelivered, unreachable
from scheduler.flood import Flood
from scheduler.lanes import Lane
from storage.database import Database
from storage.outbox import CLAIM, LONGEST_CLAIM, Parcel
from storage.policy import SYSTEM
from storage.priorities import ANSWER, DIGEST
from storage.unit import UnitOfWork
from storage.writer import Rank

Render = Callable[[Parcel], Reply]
Prepare = Callable[[UnitOfWork, Parcel], Awaitable[Reply | None]]
"""Writes a message of one kind from what the tables hold at the moment of sending. None drops it:
what it was about is over by now, or is told at another time."""
Make = Callable[[Parcel], Awaitable[Reply | None]]
"""Makes a message of one kind that takes long to make, in transactions of its own, so that nobody's
step waits for it. None drops it."""

MAX_ATTEMPTS: Final = 10
LONGEST_WAIT: Final = 300.0  # seconds between two attempts
WHOLE_CHANNEL_PAUSE: Final = 5.0  # seconds, where the messenger names none
_IN_HAND: Final = 10  # new messages of a channel sent and not written down: a crash repeats these
_FOR_ANSWERS: Final = 4  # of them, so that nobody waits behind a broadcast over a slow network
_WORDS: Final = timedelta(seconds=22)  # longer than a channel waits for a message with words only
_UPLOAD: Final = timedelta(seconds=95)  # the same for one with pictures


class Courier:
    """Takes a lane's messages to their channels. `wake` is called when the outbox may hold more."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        render: Render,
        clock: Clock,
        *,
        prepare: Mapping[str, Prepare],
        make: Mapping[str, Make],
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._channels = channels
        self._render = render
        self._prepare = prepare
        self._make = make
        self._clock = clock
        self._wake = wake
        self._floods = {
            name: Flood(channel.pace, clock.monotonic()) for name, channel in channels.items()
        }
        self._limits = {name: asyncio.Semaphore(_IN_HAND) for name in channels}
        self._patient = {name: asyncio.Semaphore(_IN_HAND - _FOR_ANSWERS) for name in channels}

    def hold(self, parcel: Parcel, *, edit: bool | None = None) -> float:
        """How many seconds the messenger's pace holds this message back; 0 sends it."""
        if not parcel.reachable:
            return 0.0
        return self._floods[parcel.channel].take(
            parcel.conversation_id,
            self._clock.monotonic(),
            address=parcel.address,
            patient=parcel.priority > ANSWER,
            edit=parcel.replaces is not None if edit is None else edit,
        )

    def share(self, processes: int) -> None:
        """Keep to what is due to one of so many processes that write for the same bots."""
        for flood in self._floods.values():
            flood.share(processes)

    async def advance(self, lane: Lane) -> None:
        """Deliver one message of the lane, or keep book of those delivered."""
        if lane.owes or not lane.waiting:
            await self._book(lane)
            return
        parcel = lane.waiting[0]
        replaces = lane.replaces(parcel)
        if replaces is not None and await self._is_superseded(lane, parcel):
            measures.DELIVERIES.add(parcel.channel, "merged")
            lane.delivered(parcel, replaces)  # the message stays what it is until the next edit
            return
        if parcel.reply is not None and self.hold(parcel, edit=replaces is not None):
            lane.broken = True
            return
        name, is_new = parcel.channel, replaces is None
        async with (
            self._patient[name] if is_new and parcel.priority > ANSWER else nullcontext(),
            self._limits[name] if is_new else nullcontext(),
        ):
            if self._floods[parcel.channel].paused(self._clock.monotonic()):
                lane.broken = True  # since this one was let go
            else:
                await self._send(lane, parcel, replaces)

    async def _is_superseded(self, lane: Lane, parcel: Parcel) -> bool:
        """Whether a later edit of the same slot waits behind this one, and this one leaves the slot
        to it."""
        if not _only_changes(parcel):
            return False
        if behind := lane.next_of_slot(parcel):
            return behind.edits == parcel.edits
        if not lane.found:
            return False
        async with self._database.reading(SYSTEM, "deliver") as uow:
            return await uow.outbox.superseded(parcel)

    async def _send(self, lane: Lane, parcel: Parcel, replaces: str | None) -> None:
        """Deliver one message and write down what became of it."""
        try:
            if not parcel.reachable:
                raise Undeliverable("unreachable", gone=True)
            reply = parcel.reply or await self._write(parcel)
            if reply is not None and not await self._ours(lane, reply):
                return
            message = None if reply is None else await self._deliver(parcel, reply, replaces)
        except NotNow as refusal:
            if refusal.whole_channel:
                pause = refusal.after or WHOLE_CHANNEL_PAUSE
                self._floods[parcel.channel].pause(self._clock.monotonic(), pause)
            elif refusal.after is not None:
                flood = self._floods[parcel.channel]
                now = self._clock.monotonic()
                flood.refused(parcel.conversation_id, now, refusal.after)
            await self._again(lane, parcel, str(refusal), refusal.after)
        except Undeliverable as refusal:
            await self._give_up(lane, parcel, refusal)
        except Exception as error:
            name = type(error).__name__
            log.error("delivery failed", kind=parcel.kind, error=name, exc_info=True)
            await self._again(lane, parcel, name, None)
        else:
            measures.DELIVERIES.add(parcel.channel, "dropped" if reply is None else "sent")
            lane.delivered(parcel, message)
            # What changes a message may be done twice, so it can wait for the next entry.
            if not lane.waiting or (message is not None and replaces is None):
                await self._book(lane)

    async def _write(self, parcel: Parcel) -> Reply | None:
        """What a queued message says now. One that says nothing is done with in the transaction in
        which that was found: what is queued in its stead is queued once, and looked for at its
        time."""
        make, prepare = self._make.get(parcel.kind), self._prepare.get(parcel.kind)
        if make is not None:
            return await make(parcel)
        if prepare is None:
            return self._render(parcel)
        async with self._database.unit(SYSTEM, parcel.kind, rank=rank_of(parcel)) as uow:
            reply = await prepare(uow, parcel)
            if reply is None:
                await uow.outbox.sent([(parcel, None)])
            queued = uow.outbox.waiting
        if queued:
            self._wake()
        return reply

    async def _ours(self, lane: Lane, reply: Reply) -> bool:
        """Whether the lane's first message is still this process's for as long as it may take."""
        parcel, needed = lane.waiting[0], _UPLOAD if reply.pictures else _WORDS
        claimed_until, now = parcel.claimed_until, self._clock.now()
        if claimed_until and now + needed <= claimed_until <= now + LONGEST_CLAIM:
            return True  # a claim that ends later is one of a clock that has been set back since
        async with self._unit() as uow:
            renewed = await uow.outbox.claim_again(parcel, needed + CLAIM)
        lane.waiting.popleft()
        if renewed is not None:
            lane.waiting.appendleft(renewed)
        else:
            lane.ids.discard(parcel.id)
        return renewed is not None

    async def _deliver(self, parcel: Parcel, reply: Reply, replaces: str | None) -> str | None:
        """The id of the message that stands in the chat now. Raises NotNow, Undeliverable."""
        if replaces is None and reply.only_closes:
            return None
        channel, flood = self._channels[parcel.channel], self._floods[parcel.channel]
        receipt = await channel.deliver(parcel.address, reply, replaces, f"out-{parcel.id}")
        flood.served()
        if receipt.calls > 1:
            flood.spend(
                parcel.conversation_id,
                self._clock.monotonic(),
                receipt.calls - 1,
                address=parcel.address,
                edit=replaces is not None,
            )
        return receipt.message

    async def _book(self, lane: Lane) -> None:
        """Write down what was delivered, and go on with what else waits for the conversation."""
        # Who queues something in this process looks into the outbox; other processes tell nobody.
        look = self._database.shared or lane.passed_over or lane.found
        lane.passed_over = False
        async with self._unit() as uow:
            await uow.outbox.sent(lane.unbooked)
            following = None
            if look and not lane.waiting:
                following = await uow.outbox.next_of(lane.conversation_id)
            held = following is not None and self.hold(following) > 0
            claimed = await uow.outbox.claim([following] if following and not held else [])
        lane.booked()
        lane.waiting.extendleft(claimed)
        lane.ids.update(parcel.id for parcel in claimed)
        if held:
            self._wake()

    async def put_back(self, lane: Lane) -> None:
        """Leave what the lane still holds to whoever looks into the outbox next."""
        back = list(lane.waiting)  # a step may bring more meanwhile
        lane.ids.difference_update(parcel.id for parcel in back)
        async with self._unit() as uow:
            await uow.outbox.sent(lane.unbooked)
            await uow.outbox.put_back(back)
        lane.booked()
        for _ in back:
            lane.waiting.popleft()

    async def _again(self, lane: Lane, parcel: Parcel, error: str, after: float | None) -> None:
        """Try again later, the rest of the lane behind it; or give up after enough attempts."""
        lane.broken = True
        lane.ids.discard(parcel.id)
        over = parcel.attempts + 1 >= MAX_ATTEMPTS and after is None
        measures.DELIVERIES.add(parcel.channel, "dead" if over else "later")
        async with self._unit() as uow:
            if over:
                await uow.outbox.dead(parcel, error)
                await undelivered.tell(uow, parcel)
            else:
                wait = after if after is not None else min(2.0**parcel.attempts, LONGEST_WAIT)
                await uow.outbox.later(parcel, wait + random.uniform(0, wait / 4), error)
        lane.waiting.popleft()

    async def _give_up(self, lane: Lane, parcel: Parcel, refusal: Undeliverable) -> None:
        log.warning("undeliverable", channel=parcel.channel, gone=refusal.gone)
        measures.DELIVERIES.add(parcel.channel, "dead")
        lane.broken = True
        lane.ids.discard(parcel.id)
        async with self._unit() as uow:
            await uow.outbox.dead(parcel, str(refusal))
            await undelivered.tell(uow, parcel)
            if refusal.gone:
                await unreachable.give_up(uow, parcel.conversation_id)
        lane.waiting.popleft()

    def _unit(self) -> AbstractAsyncContextManager[UnitOfWork]:
        # First: what was sent and is not written down yet would be sent again after a crash.
        return self._database.unit(SYSTEM, "deliver", rank="first")


def rank_of(parcel: Parcel) -> Rank:
    """A morning's digests are many, and none of them is waited for: they are written last."""
    return "last" if parcel.priority >= DIGEST else "usual"


def _only_changes(parcel: Parcel) -> bool:
    """Whether an edit does nothing but to change its message, which can be changed again."""
    body = parcel.body
    again = parcel.slot == parcel.edits or (parcel.slot is None and bool(body.get("buttons")))
    shares = (body.get("entry") or {}).get("kind") in ("location", "contact")
    return again and not shares and not body.get("commands") and not body.get("keyboard_up")
