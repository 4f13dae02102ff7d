"""What the tests of the Telegram channel share beside their fixtures."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime

from core.messages import Inbound

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + (640).to_bytes(4) + (480).to_bytes(4)

Receive = Callable[[Inbound], Awaitable[None]]
Running = Callable[[Receive], AbstractAsyncContextManager[None]]


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 3, 5, 1, 30, tzinfo=UTC)


class Pauses:
    """Every pause is over at once, and written down."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


async def media(key: str) -> tuple[bytes, str, str]:
    return {"map": (PNG, "map.png", "image/png")}[key]
