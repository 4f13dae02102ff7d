"""Long polling that confirms an update only after it was taken in.

Telegram drops an update as soon as it is asked for a later one. So the loop asks with the next
offset only when every step of the batch is committed; a failed step keeps the offset where it is,
and Telegram hands the update over once more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from bot.channels.telegram.api import NO_ANSWER, Api, ApiError, TokenRefused, token_refused
from bot.channels.telegram.calls import polling
from bot.channels.telegram.raw import chat_of, number_of
from bot.channels.telegram.updates import CHANNEL
from core import measures
from core.log import log

Take = Callable[[object], Awaitable[None]]
"""Takes one raw update of whatever shape; returns when it is safe on our side."""

Pause = Callable[[float], Awaitable[None]]
"""Waits so many seconds."""

_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 30.0
_SPARE: Final = 10.0  # seconds over the hold before a poll counts as lost
_FINISH: Final = 3.0  # seconds that the steps in hand get when the program stops


@dataclass(slots=True)
class Backoff:
    """Pauses that double from half a second to half a minute until something goes well."""

    pause: Pause
    seconds: float = _FIRST_PAUSE

    async def wait(self, at_least: float = 0.0) -> None:
        await self.pause(max(self.seconds, at_least))
        self.seconds = min(self.seconds * 2, _LONGEST_PAUSE)

    def reset(self) -> None:
        self.seconds = _FIRST_PAUSE


@dataclass(slots=True)
class Poller:
    """Asks for updates until cancelled. Telegram waits up to `hold` seconds for one."""

    api: Api
    hold: int
    pause: Pause
    polled: Callable[[], None]
    offset: int | None = None
    _conflict: bool = False
    _stopping: bool = False

    async def run(self, take: Take) -> None:
        """Cancelled, it ends after the steps in hand. Raises TokenRefused."""
        network, steps = Backoff(self.pause), Backoff(self.pause)
        while True:
            try:
                call = polling(self.offset, self.hold)
                updates = await self.api.call(call, self.hold + _SPARE)
                if not isinstance(updates, list):
                    raise ApiError(NO_ANSWER, "not a list of updates")
            except ApiError as error:
                self._failed(error)
                measures.beat(CHANNEL)
                measures.CHANNEL_UP.set(0, CHANNEL)
                await network.wait(error.retry_after or 0.0)
                continue
            network.reset()
            self._conflict = False
            self.polled()
            measures.beat(CHANNEL)
            measures.CHANNEL_UP.set(1, CHANNEL)
            if await self._hand_over(updates, take):
                steps.reset()
            else:
                await steps.wait()

    def _failed(self, error: ApiError) -> None:
        if token_refused(error):
            raise TokenRefused(str(error)) from error
        if error.code != 409:
            log.warning("telegram.poll_failed", code=error.code)
        elif not self._conflict:
            # Somebody else polls with this token, or has set a webhook: it says so once.
            self._conflict = True
            log.error("telegram.second_poller", code=error.code)

    async def _hand_over(self, updates: Sequence[object], take: Take) -> bool:
        """One after another within a chat, chats side by side. Whether all of them were taken and
        the next poll brings others: what has no number can't be confirmed."""
        if not updates:
            return True
        queues: dict[object, list[object]] = {}
        for update in updates:
            queues.setdefault(chat_of(update), []).append(update)
        failed = await self._finish([self._drain(queue, take) for queue in queues.values()])
        missed = [update for queue in failed for update in queue]
        numbers = [n for one in missed or updates if (n := number_of(one)) is not None]
        if numbers:
            self.offset = min(numbers) if missed else max(numbers) + 1
        return bool(numbers) and not missed

    async def _finish(
        self, drains: Sequence[Coroutine[Any, Any, Sequence[object]]]
    ) -> list[Sequence[object]]:
        """What all of them return. A stop lets the steps in hand end and begins no more; what they
        were for is not confirmed, and is known when Telegram hands it over again."""
        batch = asyncio.gather(*drains)
        try:
            return await asyncio.shield(batch)
        except asyncio.CancelledError:
            self._stopping = True
            with suppress(TimeoutError, asyncio.CancelledError):
                async with asyncio.timeout(_FINISH):
                    await batch
            raise

    async def _drain(self, queue: Sequence[object], take: Take) -> Sequence[object]:
        """The update that could not be taken, and those behind it, which wait."""
        for place, update in enumerate(queue):
            if self._stopping:
                break
            try:
                await take(update)
            except Exception as error:
                number = number_of(update)
                log.error("telegram.step_failed", update=number, error=type(error).__name__)
                return queue[place:]
        return ()
