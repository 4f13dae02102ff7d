"""Whether Telegram gets through to us: it tells only who asks."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from bot.channels.telegram.api import Api, ApiError, Call, TokenRefused, token_refused
from bot.channels.telegram.updates import CHANNEL
from bot.channels.telegram.webhook import Hook
from core import measures
from core.log import log

EVERY: Final = 60.0  # seconds between two looks
_CALL: Final = 20.0  # seconds for one


@dataclass(slots=True)
class WebhookWatch:
    """Asks what became of the webhook, until cancelled. Each trouble is logged once."""

    api: Api
    hook: Hook
    _told: object = None

    async def run(self) -> None:
        """Look again and again. Raises TokenRefused."""
        while True:
            measures.beat(CHANNEL)
            await asyncio.sleep(EVERY)
            await self.look()

    async def look(self) -> None:
        """Look once. Raises TokenRefused: it was revoked, and nothing comes in or goes out."""
        try:
            info = await self.api.call(Call("getWebhookInfo", {}), _CALL)
        except ApiError as error:
            if token_refused(error):
                measures.CHANNEL_UP.set(0, CHANNEL)
                raise TokenRefused(str(error)) from error
            log.warning("telegram.not_reached", method="getWebhookInfo", code=error.code)
            measures.CHANNEL_UP.set(0, CHANNEL)
            return
        waiting = int(info.get("pending_update_count", 0))
        measures.WEBHOOK_WAITING.set(waiting)
        trouble = self._trouble(info.get("url"), info.get("last_error_date"), waiting)
        measures.CHANNEL_UP.set(0 if trouble else 1, CHANNEL)
        if trouble and trouble != self._told:
            reason = str(info.get("last_error_message", ""))
            log.error(trouble[0], waiting=waiting, reason=reason)
        self._told = trouble

    def _trouble(self, url: object, failed_at: object, waiting: int) -> tuple[str, object] | None:
        """Its event, and what tells it from another one of the same kind."""
        if url != self.hook.url:
            return "telegram.webhook_gone", None
        # The last error stays in Telegram's memory long after it was mended.
        if failed_at and waiting:
            return "telegram.webhook_trouble", failed_at
        return None
