"""Any `Api`, silent for as long as Telegram asked the whole bot to be."""

from __future__ import annotations

from typing import Any, Final

from bot.channels.telegram.api import Api, ApiError, Call
from core.ports import Clock

_OF_THE_BOT: Final = frozenset({"getUpdates", "getMe", "getFile", "getWebhookInfo"})
"""Methods that no chat is concerned in, and that have no limit of their own as those that set
something have: a pause that is asked for here is meant for everything."""


class HushedApi:
    """Turns calls to chats away without making them while the whole bot has to wait."""

    def __init__(self, api: Api, clock: Clock) -> None:
        self._api = api
        self._clock = clock
        self._until = clock.monotonic()

    async def call(self, call: Call, within: float) -> Any:
        """Raises ApiError."""
        left = self._until - self._clock.monotonic()
        if left > 0 and "chat_id" in call.params:
            raise ApiError(429, "the whole bot has to wait", retry_after=left, whole_bot=True)
        try:
            return await self._api.call(call, within)
        except ApiError as error:
            if error.code == 429 and error.retry_after and call.method in _OF_THE_BOT:
                self._until = self._clock.monotonic() + error.retry_after
            raise

    async def download(self, path: str, limit: int, within: float) -> bytes:
        """Raises ApiError."""
        return await self._api.download(path, limit, within)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._api.close()
