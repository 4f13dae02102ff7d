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
from bot.channels.telegram.updates import CHANNEL
from core import measures
from core.log import log

Take = Callable[[dict[str, Any]], Awaitable[None]]
"""Takes one raw update; returns when it is safe on our side."""

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

    async def _hand_over(self, updates: Sequence[dict[str, Any]], take: Take) -> bool:
        """One after another within a chat, chats side by side. Whether all of them were taken."""
        if not updates:
            return True
        queues: dict[object, list[dict[str, Any]]] = {}
        for update in updates:
            queues.setdefault(chat_of(update), []).append(update)
        failed = await self._finish([self._drain(queue, take) for queue in queues.values()])
        missed = [update_id for update_id in failed if update_id is not None]
        self.offset = min(missed) if missed else int(updates[-1]["update_id"]) + 1
        return not missed

    async def _finish(self, drains: Sequence[Coroutine[Any, Any, int | None]]) -> list[int | None]:
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

    async def _drain(self, queue: Sequence[dict[str, Any]], take: Take) -> int | None:
        """The id of the update that could not be taken; those behind it wait."""
        for update in queue:
            if self._stopping:
                break
            try:
                await take(update)
            except Exception as error:
                update_id = int(update["update_id"])
                log.error("telegram.step_failed", update=update_id, error=type(error).__name__)
                return update_id
        return None


def chat_of(update: dict[str, Any]) -> object:
    """What an update must not overtake another in: its chat."""
    for kind in ("message", "edited_message"):
        if kind in update:
            return update[kind].get("chat", {}).get("id")
    query = update.get("callback_query", {})
    return query.get("message", {}).get("chat", {}).get("id")
