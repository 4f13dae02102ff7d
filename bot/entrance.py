"""A part of the web server that is loaded when somebody comes in for the first time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from aiohttp import web


class Part(Protocol):
    """What answers every request below one address."""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """The answer to a request."""
        ...


class Entrance:
    """Opens a part for the first who comes: a start stays quick."""

    def __init__(self, open_part: Callable[[], Part]) -> None:
        self._open_part = open_part
        self._opening: asyncio.Task[Part] | None = None

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """The part's answer to a request."""
        if self._opening is None or _failed(self._opening):  # the next who comes tries again
            self._opening = asyncio.create_task(asyncio.to_thread(self._open_part))
        part = await asyncio.shield(self._opening)
        return await part.answer(request)


def _failed(opening: asyncio.Task[Part]) -> bool:
    return opening.done() and (opening.cancelled() or opening.exception() is not None)
