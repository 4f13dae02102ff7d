"""The outbox's delivery: in order within a conversation, conversations side by side."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Final

import structlog

from core.messages import Reply
from core.ports import Channel, Clock, NotNow, Undeliverable
from scheduler import undelivered, unreachable
from scheduler.flood import Flood
from storage.database import Database
from storage.outbox import DIGEST, Parcel
from storage.policy import SYSTEM

log = structlog.get_logger()

Render = Callable[[Parcel], Reply]

MAX_ATTEMPTS: Final = 10
LONGEST_WAIT: Final = 300.0  # seconds between two attempts
WHOLE_CHANNEL_PAUSE: Final = 5.0  # seconds, where the messenger names none
_THROTTLED: Final = 0.2  # seconds between two looks while the pace holds messages back
_IDLE: Final = 15.0  # seconds after which the outbox is looked at even if nothing woke us


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
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._fresh = True
        self._floods = {
            name: Flood(channel.pace, clock.now()) for name, channel in channels.items()
        }

    def wake(self) -> None:
        """Look at the outbox now: something was committed."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver until cancelled; deliveries in hand are then given up and repeated at start."""
        try:
            while True:
                self._woken.clear()
                try:
                    wait = await self._start_due()
                except Exception as error:
                    log.error("outbox not readable", error=type(error).__name__)
                    wait = 1.0
                await self._sleep(wait)
        finally:
            for task in self._busy.values():
                task.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def drain(self) -> None:
        """Deliver everything whose time has come, then return: for tests and for a last tick."""
        while True:
            await self._start_due()
            if not self._busy:
                return
            await asyncio.gather(*self._busy.values())

    async def _sleep(self, seconds: float) -> None:
        # Not asyncio.wait_for: before Python 3.12 a cancellation that meets the wake is forgotten.
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.01, min(seconds, _IDLE))):
                await self._woken.wait()

    async def _start_due(self) -> float:
        """Start a task for every conversation with something due; seconds to wait after that."""
        channels = list(self._channels)
        mine, held = [], 0.0
        async with self._database.unit(SYSTEM, "deliver") as uow:
            if self._fresh and self._database.engine.dialect.name == "sqlite":
                await uow.outbox.release()  # a killed process's claims: no other one can hold any
            self._fresh = False
            for parcel in await uow.outbox.heads(channels, list(self._busy)):
                wait = self._hold(parcel)
                if wait:
                    held = max(held, min(wait, _THROTTLED))
                elif await uow.outbox.claim(parcel):
                    mine.append(parcel)
            busy = [*self._busy, *(parcel.conversation_id for parcel in mine)]
            due = await uow.outbox.next_due(channels, busy)
        for parcel in mine:
            task = asyncio.create_task(self._deliver_all(parcel))
            self._busy[parcel.conversation_id] = task
            task.add_done_callback(partial(self._finished, parcel.conversation_id))
        if due is None:
            return _IDLE
        return max((due - self._clock.now()).total_seconds(), held)

    def _hold(self, parcel: Parcel) -> float:
        """How many seconds the messenger's pace holds this message back; 0 sends it."""
        flood, now = self._floods[parcel.channel], self._clock.now()
        if parcel.replaces is not None:  # a changed message is no new one
            return flood.paused(now)
        return flood.take(parcel.conversation_id, now, patient=parcel.priority >= DIGEST)

    def _finished(self, conversation_id: int, _task: asyncio.Task[None]) -> None:
        self._busy.pop(conversation_id, None)
        self._woken.set()

    async def _deliver_all(self, parcel: Parcel) -> None:
        following: Parcel | None = parcel
        while following is not None:
            parcel = following
            try:
                following = await self._deliver(parcel)
            except Exception as error:
                log.error(
                    "delivery failed", kind=parcel.kind, error=type(error).__name__, exc_info=True
                )
                await self._after_trouble(parcel, type(error).__name__)
                return

    async def _deliver(self, parcel: Parcel) -> Parcel | None:
        """Deliver one message and keep book of it; the conversation's next, if it may go now."""
        reply = self._render(parcel)
        message = parcel.replaces
        if message is not None or not _only_closes(reply):
            try:
                receipt = await self._channels[parcel.channel].deliver(
                    parcel.address, reply, parcel.replaces, f"out-{parcel.id}"
                )
                message = receipt.message
            except NotNow as refusal:
                if refusal.whole_channel:
                    pause = refusal.after or WHOLE_CHANNEL_PAUSE
                    self._floods[parcel.channel].pause(self._clock.now(), pause)
                await self._again(parcel, str(refusal), refusal.after)
                return None
            except Undeliverable as refusal:
                await self._give_up(parcel, refusal)
                return None
        async with self._database.unit(SYSTEM, "deliver", parcel.channel) as uow:
            await uow.outbox.sent(parcel, message)
            following = await uow.outbox.next_of(parcel.conversation_id)
            if following is None or self._hold(following):
                return None
            return following if await uow.outbox.claim(following) else None

    async def _after_trouble(self, parcel: Parcel, error: str) -> None:
        """Try again later. If not even that can be written down, the claim holds it back."""
        try:
            await self._again(parcel, error, None)
        except Exception as trouble:
            log.error("outbox not writable", error=type(trouble).__name__)

    async def _again(self, parcel: Parcel, error: str, after: float | None) -> None:
        async with self._database.unit(SYSTEM, "deliver", parcel.channel) as uow:
            if parcel.attempts + 1 >= MAX_ATTEMPTS and after is None:
                await uow.outbox.dead(parcel, error)
                await undelivered.tell(uow, parcel)
                return
            wait = after if after is not None else min(2.0**parcel.attempts, LONGEST_WAIT)
            await uow.outbox.later(parcel, wait + random.uniform(0, wait / 4), error)

    async def _give_up(self, parcel: Parcel, refusal: Undeliverable) -> None:
        log.warning("undeliverable", channel=parcel.channel, gone=refusal.gone)
        async with self._database.unit(SYSTEM, "deliver", parcel.channel) as uow:
            await uow.outbox.dead(parcel, str(refusal))
            await undelivered.tell(uow, parcel)
            if refusal.gone:
                await unreachable.give_up(uow, parcel.conversation_id)


def _only_closes(reply: Reply) -> bool:
    """Whether a reply does no more than take the buttons from an earlier one."""
    return reply.edits is not None and not reply.buttons and reply.slot is None
