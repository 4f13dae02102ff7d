"""The outbox's delivery: in order within a conversation, conversations side by side.

What a step says is delivered from memory by the process that made the step: its messages are queued
as claimed by this process, so nobody has to look for them. That keeps their order only if nothing
older waits in the outbox, and if the lane is still there once the step is committed. So a step
reserves a place in the lane before it queues, and then hands its messages over or leaves.
Everything else (alarms, what had to wait, what a killed process left) is found in the outbox.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import MappingProxyType
from typing import Final

from core import measures
from core.log import log
from core.ports import Channel, Clock
from scheduler.courier import Courier, Make, Prepare, Render
from scheduler.lanes import Brought, Lane
from storage.conversations import Conversation
from storage.database import Database
from storage.outbox import Parcel
from storage.policy import SYSTEM

_THROTTLED: Final = 0.2  # seconds between two looks while the pace holds messages back
_IDLE: Final = 15.0  # seconds after which the outbox is looked at even if nothing woke us
_AT_A_TIME: Final = 100  # conversations taken from the outbox in one go
_FEW: Final = 10  # while the pace holds them back anyway
_TROUBLE: Final = 1.0  # seconds before the book is tried again
_GRACE: Final = 3.0  # seconds that deliveries in hand get at the end
_LAST: Final = 1.0  # seconds to give up the claims of those that took longer


class Sender:
    """Delivers what the outbox holds, until cancelled."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        render: Render,
        clock: Clock,
        prepare: Mapping[str, Prepare] = MappingProxyType({}),
        *,
        make: Mapping[str, Make] = MappingProxyType({}),
    ) -> None:
        self._database = database
        self._channels = channels
        self._clock = clock
        self._woken = asyncio.Event()
        self._lanes: dict[int, Lane] = {}
        self._fresh = True
        self._throttled = False
        self._stopping = False
        self._stopped = False
        self._courier = Courier(
            database, channels, render, clock, prepare=prepare, make=make, wake=self.wake
        )

    # --- what a step brings ----------------------------------------------------------------------

    @contextmanager
    def bringing(self) -> Iterator[Brought]:
        """Around a step's transaction: what it brings goes out once this has ended well."""
        brought = Brought(self._reserve)
        try:
            yield brought
        except BaseException:
            brought.lost()
            raise
        finally:
            if brought.lane is not None:
                brought.lane.expected -= 1
                brought.lane.waiting.extend(brought.parcels)
                self._go_on(brought.lane)
            if brought.waiting:
                self.wake()

    def _reserve(self, chat: Conversation, queued: frozenset[int]) -> Lane | None:
        """A place in the lane of `chat`; None if others wait for it in the outbox, who go first."""
        lane = self._lanes.get(chat.id)
        if lane is None and not self._stopping and chat.channel in self._channels and not queued:
            lane = self._lanes[chat.id] = Lane(chat.id)
        if lane is None or not queued <= lane.ids:
            return None
        lane.expected += 1
        return lane

    def share(self, processes: int) -> None:
        """Keep to what is due to one of so many processes that write for the same bots."""
        self._courier.share(processes)

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
            passed_over = self._at_work()  # what waits behind them is found by another look
            await self._start_due()
            tasks = self._at_work()
            if not tasks and not passed_over:
                return
            await asyncio.gather(*tasks)

    def _at_work(self) -> list[asyncio.Task[None]]:
        return [lane.task for lane in self._lanes.values() if lane.task]

    async def _sleep(self, seconds: float) -> None:
        # Not asyncio.wait_for: before Python 3.12 a cancellation that meets the wake is forgotten.
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.01, min(seconds, _IDLE))):
                await self._woken.wait()

    async def _stop(self) -> None:
        self._stopping = True
        for within in (_GRACE, _LAST):  # the second time for what the first one cut off
            late = await self._settle(within)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        self._stopped = True

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
        due = None
        async with self._database.reading(SYSTEM, "deliver") as uow:
            busy = list(self._lanes)
            for lane in self._lanes.values():
                lane.passed_over = True
            limit = _FEW if self._throttled else _AT_A_TIME
            heads = await uow.outbox.heads(channels, busy, limit)
            waits = [self._courier.hold(parcel) for parcel in heads]
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
        late = [parcel for parcel in mine if parcel.conversation_id in self._lanes]
        for parcel in mine:
            if parcel not in late:
                lane = Lane(parcel.conversation_id, deque([parcel]), {parcel.id}, found=True)
                self._lanes[parcel.conversation_id] = lane
                self._go_on(lane)
        if late:
            async with self._database.unit(SYSTEM, "deliver") as uow:
                await uow.outbox.put_back(late)
            self.wake()

    # --- one lane --------------------------------------------------------------------------------

    def _go_on(self, lane: Lane) -> None:
        """See to it that somebody works on what the lane holds, or that it ends."""
        if lane.task is not None or self._stopped:
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
                        await self._courier.put_back(lane)
                    else:
                        await self._courier.advance(lane)
                except Exception as error:
                    # Nothing more goes out before what went out is written down.
                    log.error("outbox not writable", error=type(error).__name__)
                    lane.owes = bool(lane.unbooked)
                    if self._stopping:  # their claims run out by themselves
                        lane.waiting.clear()
                        lane.unbooked.clear()
                        return
                    await asyncio.sleep(_TROUBLE)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if not self._stopping and task is not None and task.cancelling():
                self._stopped = True  # the event loop itself ends: a new task would outlive it
                log.warning("sender cut off")
            raise
        finally:
            lane.task = None
            if lane.broken:  # what could not go, or was said about it, is in the outbox
                lane.broken = lane.expected > 0
                self.wake()
            self._go_on(lane)
