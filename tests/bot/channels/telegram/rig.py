"""What the tests of the Telegram channel share beside their fixtures."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any

from core.messages import Inbound

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + (640).to_bytes(4) + (480).to_bytes(4)

ODD: list[object] = [
    None,
    [],
    "x",
    7,
    {},
    {"message": {}},
    {"update_id": "1"},
    {"update_id": True},
    {"update_id": 10**100},
    {"update_id": 1, "message": None},
    {"update_id": 1, "message": []},
    {"update_id": 1, "message": "x"},
    {"update_id": 1, "callback_query": 5},
    {"update_id": 1, "message": {"text": "no chat"}},
    {"update_id": 1, "message": {"text": "odd chat", "chat": 5}},
    {"update_id": 1, "message": {"text": "no chat", "chat": None, "message_id": 1}},
    {"update_id": 1, "message": {"text": 5, "chat": {"id": 1}, "message_id": 1}},
    {"update_id": 1, "message": {"photo": [{"width": float("inf"), "height": 1}]}},
]
"""Updates of shapes that Telegram does not document."""

Receive = Callable[[Inbound], Awaitable[None]]
Running = Callable[[Receive], AbstractAsyncContextManager[None]]


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 3, 5, 1, 30, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0


class Pauses:
    """Every pause is over at once, and written down."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


class Unreads:
    """Keeps what nobody can read."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[Any, str]] = {}
        self.failures = 0

    async def __call__(self, key: str, update: object, error: str) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("the disk is full")
        self.kept[key] = update, error


async def media(key: str) -> tuple[bytes, str, str]:
    return {"map": (PNG, "map.png", "image/png")}[key]
