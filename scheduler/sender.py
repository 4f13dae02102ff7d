"""The outbox's delivery: in order within a conversation, conversations side by side.

What a step says is delivered from memory by the process that made the step: its messages are queued
as claimed by this process, so nobody has to look for them. That keeps their order only if nothing
older waits in the outbox, and if the lane is still there once the step is committed. So a step
reserves a place in the lane before it queues, and then hands its messages over or leaves.
Everything else (alarms, what had to wait, what a killed process left) is found in the outbox.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext, suppress
from datetime import timedelta
from typing import Final

from core import measures
from core.log import log
from core.messages import Reply
from core.ports import Channel, Clock, NotNow, Undeliverable
from scheduler import undelivered, unreachable
from scheduler.flood import Flood
from scheduler.lanes import Brought, Lane
from storage.conversations import Conversation
from storage.database import Database
from storage.outbox import CLAIM, Parcel
from storage.policy import SYSTEM
from storage.priorities import DIGEST
from storage.unit import UnitOfWork

Render = Callable[[Parcel], Reply]

MAX_ATTEMPTS: Final = 10
LONGEST_WAIT: Final = 300.0  # seconds between two attempts
WHOLE_CHANNEL_PAUSE: Final = 5.0  # seconds, where the messenger names none
_THROTTLED: Final = 0.2  # seconds between two looks while the pace holds messages back
_IDLE: Final = 15.0  # seconds after which the outbox is looked at even if nothing woke us
_AT_A_TIME: Final = 100  # conversations taken from the outbox in one go
_FEW: Final = 10  # while the pace holds them back anyway
_IN_HAND: Final = 10  # new messages of a channel sent and not written down: a crash repeats these
_WORDS: Final = timedelta(seconds=22)  # longer than a channel waits for a message with words only
_UPLOAD: Final = timedelta(seconds=95)  # the same for one with pictures
_TROUBLE: Final = 1.0  # seconds before the book is tried again
_GRACE: Final = 4.0  # seconds that deliveries in hand get at the end


class Sender:
    """Delivers what the outbox holds, until cancelled."""

    def __init__(
        self, database: Database, channels: Mapping[str, Channel], render: Render, clock: Clock
    ) -> None:
        self._database = database
        self._channels = channels
        self._render = render
        self._clock = clock
        self._woken = asyncio.Event()
        self._lanes: dict[int, Lane] = {}
        self._fresh = True
        self._throttled = False
        self._stopping = False
        self._floods = {
            name: Flood(channel.pace, clock.now()) for name, channel in channels.items()
        }
        self._limits = {name: asyncio.Semaphore(_IN_HAND) for name in channels}

    # --- what a step brings ----------------------------------------------------------------------

    @contextmanager
    def bringing(self) -> Iterator[Brought]:
        """Around a step's transaction: what it brings goes out once this has ended well."""
        brought = Brought(self._reserve)
        try:
            yield brought
        except BaseException:
            brought.parcels = ()
            brought.waiting = False
            raise
        finally:
            if brought.lane is not None:
                brought.lane.expected -= 1
                brought.lane.waiting.extend(brought.parcels)
                self._go_on(brought.lane)
            if brought.waiting:
                self.wake()

    def _reserve(self, chat: Conversation) -> Lane | None:
        """A place in the lane of `chat`; None if others wait for it in the outbox already."""
        lane = self._lanes.get(chat.id)
        if lane is None:
            if chat.backlog or chat.channel not in self._channels or self._stopping:
                return None
            lane = self._lanes[chat.id] = Lane(chat.id)
        lane.expected += 1
        return lane

    def wake(self) -> None:
        """Look at the outbox now: something was committed."""
        self._woken.set()

    # --- what the outbox holds -------------------------------------------------------------------

    async def run(self) -> None:
        """Deliver until cancelled. Deliveries in hand then get a moment to end; the rest is left to
        another process or the next start."""
        try:
            while True:
                self._woken.clear()
                try:
                    wait = await self._start_due()
                except Exception as error:
                    log.error("outbox not readable", error=type(error).__name__)
                    wait = 1.0
                measures.beat("outbox")
                await self._sleep(wait)
        finally:
            measures.still("outbox")
            await self._stop()

    async def drain(self) -> None:
        """Deliver everything whose time has come, then return: for tests and for a last tick."""
        while True:
            await self._start_due()
            tasks = [lane.task for lane in self._lanes.values() if lane.task]
            if not tasks:
                return
            await asyncio.gather(*tasks)

    async def _sleep(self, seconds: float) -> None:
        # Not asyncio.wait_for: before Python 3.12 a cancellation that meets the wake is forgotten.
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.01, min(seconds, _IDLE))):
                await self._woken.wait()

    async def _stop(self) -> None:
        self._stopping = True
        late = await self._settle(_GRACE)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _settle(self, within: float) -> set[asyncio.Task[None]]:
        """Let the lanes end what they have in hand; those that did not in time."""
        loop = asyncio.get_running_loop()
        end = loop.time() + within
        while tasks := {lane.task for lane in self._lanes.values() if lane.task}:
            _, late = await asyncio.wait(tasks, timeout=max(end - loop.time(), 0))
            if late:
                return late
        return set()

    async def _start_due(self) -> float:
        """Start a lane for every conversation with something due; seconds to wait after that."""
        if self._fresh and not self._database.shared:
            async with self._database.unit(SYSTEM, "deliver") as uow:
                await uow.outbox.release()  # a killed process's claims: no other one can hold any
        self._fresh = False
        channels = list(self._channels)
        for lane in self._lanes.values():
            lane.passed_over = True
        due = None
        async with self._database.reading(SYSTEM, "deliver") as uow:
            busy = list(self._lanes)
            limit = _FEW if self._throttled else _AT_A_TIME
            heads = await uow.outbox.heads(channels, busy, limit)
            waits = [self._hold(parcel) for parcel in heads]
            self._throttled = any(waits)
            if not self._throttled:
                busy += [parcel.conversation_id for parcel in heads]
                due = await uow.outbox.next_due(channels, busy)
        free = [parcel for parcel, wait in zip(heads, waits, strict=True) if not wait]
        await self._start(free)
        pauses = [min(wait, _THROTTLED) for wait in waits if wait]
        if due is not None:
            pauses.append((due - self._clock.now()).total_seconds())
        if len(heads) == limit and not self._throttled:
            pauses.append(0.0)
        return min(pauses, default=_IDLE)

    async def _start(self, parcels: Sequence[Parcel]) -> None:
        if not parcels:
            return
        async with self._database.unit(SYSTEM, "deliver") as uow:
            mine = await uow.outbox.claim(parcels)
            # A step may have opened a lane since we looked; it goes first, and finds these after.
            await uow.outbox.put_back([one for one in mine if one.conversation_id in self._lanes])
        for parcel in mine:
            if parcel.conversation_id not in self._lanes:
                lane = Lane(parcel.conversation_id, deque([parcel]), found=True)
                self._lanes[parcel.conversation_id] = lane
                self._go_on(lane)

    def _hold(self, parcel: Parcel) -> float:
        """How many seconds the messenger's pace holds this message back; 0 sends it."""
        flood, now = self._floods[parcel.channel], self._clock.now()
        if parcel.replaces is not None:  # a changed message is no new one
            return flood.paused(now)
        return flood.take(parcel.conversation_id, now, patient=parcel.priority >= DIGEST)

    # --- one lane --------------------------------------------------------------------------------

    def _go_on(self, lane: Lane) -> None:
        """See to it that somebody works on what the lane holds, or that it ends."""
        if lane.task is not None:
            return
        if lane.waiting or lane.unbooked:
            lane.task = asyncio.create_task(self._work(lane))
        elif lane.expected == 0:
            self._lanes.pop(lane.conversation_id, None)
            if lane.passed_over and not self._throttled:  # else the next look is near
                self.wake()

    async def _work(self, lane: Lane) -> None:
        try:
            while lane.waiting or lane.unbooked:
                try:
                    if lane.broken or self._stopping:
                        await self._put_back(lane)
                    else:
                        await self._next(lane)
                except Exception as error:
                    # Nothing more goes out before what went out is written down.
                    log.error("outbox not writable", error=type(error).__name__)
                    if self._stopping:
                        return
                    await asyncio.sleep(_TROUBLE)
        finally:
            lane.task = None
            if lane.broken:  # what could not go, or was said about it, is in the outbox
                lane.broken = lane.expected > 0
                self.wake()
            self._go_on(lane)

    async def _next(self, lane: Lane) -> None:
        """Deliver one message of the lane, or keep book of those delivered."""
        if not lane.waiting:
            await self._book(lane)
            return
        parcel = lane.waiting[0]
        if parcel.reply is not None and self._hold(parcel):
            lane.broken = True
            return
        replaces = lane.replaces(parcel)
        async with self._limits[parcel.channel] if replaces is None else nullcontext():
            await self._send(lane, parcel, replaces)

    async def _send(self, lane: Lane, parcel: Parcel, replaces: str | None) -> None:
        """Deliver one message and write down what became of it."""
        try:
            reply = parcel.reply or self._render(parcel)
            if not await self._ours(lane, reply):
                return
            message = await self._deliver(parcel, reply, replaces)
        except NotNow as refusal:
            if refusal.whole_channel:
                pause = refusal.after or WHOLE_CHANNEL_PAUSE
                self._floods[parcel.channel].pause(self._clock.now(), pause)
            await self._again(lane, parcel, str(refusal), refusal.after)
        except Undeliverable as refusal:
            await self._give_up(lane, parcel, refusal)
        except Exception as error:
            name = type(error).__name__
            log.error("delivery failed", kind=parcel.kind, error=name, exc_info=True)
            await self._again(lane, parcel, name, None)
        else:
            measures.DELIVERIES.add(parcel.channel, "sent")
            lane.delivered(parcel, message)
            # What changes a message may be done twice, so it can wait for the next entry.
            if not lane.waiting or (message is not None and replaces is None):
                await self._book(lane)

    async def _ours(self, lane: Lane, reply: Reply) -> bool:
        """Whether the lane's first message is still this process's for as long as it may take."""
        parcel, needed = lane.waiting[0], _UPLOAD if reply.pictures else _WORDS
        if parcel.claimed_until and parcel.claimed_until - self._clock.now() >= needed:
            return True
        async with self._unit() as uow:
            renewed = await uow.outbox.claim_again(parcel, needed + CLAIM)
        lane.waiting.popleft()
        if renewed is not None:
            lane.waiting.appendleft(renewed)
        return renewed is not None

    async def _deliver(self, parcel: Parcel, reply: Reply, replaces: str | None) -> str | None:
        """The id of the message that stands in the chat now. Raises NotNow, Undeliverable."""
        if replaces is None and _only_closes(reply):
            return None
        channel = self._channels[parcel.channel]
        key = f"out-{parcel.id}"
        return (await channel.deliver(parcel.address, reply, replaces, key)).message

    async def _book(self, lane: Lane) -> None:
        """Write down what was delivered, and go on with what else waits for the conversation."""
        # Who queues something in this process looks into the outbox; other processes tell nobody.
        look = self._database.shared or lane.passed_over or lane.found
        lane.passed_over = False
        async with self._unit() as uow:
            await uow.outbox.sent(lane.unbooked)
            following = None
            if look and not lane.waiting and not self._stopping:
                following = await uow.outbox.next_of(lane.conversation_id)
            held = following is not None and self._hold(following) > 0
            claimed = await uow.outbox.claim([following] if following and not held else [])
        lane.unbooked.clear()
        lane.waiting.extendleft(claimed)
        if held:
            self.wake()

    async def _put_back(self, lane: Lane) -> None:
        """Leave what the lane still holds to whoever looks into the outbox next."""
        back = list(lane.waiting)  # a step may bring more meanwhile
        async with self._unit() as uow:
            await uow.outbox.sent(lane.unbooked)
            await uow.outbox.put_back(back)
        lane.unbooked.clear()
        for _ in back:
            lane.waiting.popleft()

    async def _again(self, lane: Lane, parcel: Parcel, error: str, after: float | None) -> None:
        """Try again later, the rest of the lane behind it; or give up after enough attempts."""
        lane.broken = True
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
        async with self._unit() as uow:
            await uow.outbox.dead(parcel, str(refusal))
            await undelivered.tell(uow, parcel)
            if refusal.gone:
                await unreachable.give_up(uow, parcel.conversation_id)
        lane.waiting.popleft()

    def _unit(self) -> AbstractAsyncContextManager[UnitOfWork]:
        # First: what was sent and is not written down yet would be sent again after a crash.
        return self._database.unit(SYSTEM, "deliver", first=True)


def _only_closes(reply: Reply) -> bool:
    """Whether a reply does no more than take the buttons from an earlier one."""
    return reply.edits is not None and not reply.buttons and reply.slot is None
