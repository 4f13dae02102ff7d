"""Any `Api`, with its calls counted."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Any

from bot.channels.telegram.api import Api, ApiError, Call
from core import measures


@dataclass(frozen=True, slots=True)
class MeasuredApi:
    """Counts calls by method and code, and the pauses that Telegram asks for."""

    api: Api

    async def call(self, call: Call, within: float) -> Any:
        """Raises ApiError."""
        begun = perf_counter()
        try:
            result = await self.api.call(call, within)
        except ApiError as error:
            measures.API_CALLS.add(call.method, str(error.code))
            if error.code == 429:
                measures.FLOOD_WAITS.add(call.method)
                measures.FLOOD_SECONDS.add(by=error.retry_after or 0.0)
            raise
        else:
            measures.API_CALLS.add(call.method, "200")
        finally:
            if call.method != "getUpdates":  # Telegram holds that one on purpose
                measures.API_SECONDS.observe(perf_counter() - begun)
        return result

    async def download(self, path: str, limit: int, within: float) -> bytes:
        """Raises ApiError."""
        return await self.api.download(path, limit, within)

    async def close(self) -> None:
        """Let go of the connections."""
        await self.api.close()
