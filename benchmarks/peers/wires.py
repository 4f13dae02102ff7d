"""Telegram inside the bot's own process: what the HTTP clients send is answered on the spot.

The bot's program, its polling and its requests are whole; only sockets are missing. What Telegram
and the people take of the processor is counted in `Wires.spent`, so that it can be taken off.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter, thread_time
from typing import Any, Final

import aiohttp
import httpx

from benchmarks.peers.lean_server import LeanServer, values
from tests.emulator.people import Message, User
from tests.emulator.world import Json

_JSON: Final = {"Content-Type": "application/json"}


class Wires:
    """The server's end of both libraries' clients. `spent` is in seconds, `cpu` of them on the
    processor."""

    def __init__(self, server: LeanServer) -> None:
        self.server = server
        self.spent = self.cpu = 0.0
        self._came = asyncio.Event()
        server.world.updates = _Queue(self._came)

    def connect(self) -> None:
        """From now on every request of this process ends here."""
        wires = self

        async def aiohttp_request(_self: object, _method: str, url: object, **sent: Any) -> _Answer:
            kind, body = _sent(sent.get("data"))
            return _Answer(*await wires.answer(str(url), kind, body))

        async def httpx_request(_self: object, request: httpx.Request) -> httpx.Response:
            kind = request.headers.get("Content-Type", "")
            status, text = await wires.answer(request.url.path, kind, request.content)
            return httpx.Response(status, content=text.encode(), headers=_JSON)

        aiohttp.ClientSession._request = aiohttp_request  # type: ignore[assignment,method-assign]
        transport = httpx.AsyncHTTPTransport
        transport.handle_async_request = httpx_request  # type: ignore[assignment,method-assign]

    async def answer(self, url: str, kind: str, body: bytes) -> tuple[int, str]:
        """Status and JSON."""
        if url.endswith("/getUpdates"):
            return 200, await self._updates(values(kind, body))
        with self.counted():
            status, answer = await self.server.answer(url, kind, body)
            return status, json.dumps(answer)

    async def _updates(self, asked: dict[str, Any]) -> str:
        waiting, offset = self.server.world.updates, int(asked.get("offset") or 0)
        waiting[:] = [one for one in waiting if one["update_id"] >= offset]
        self.server.opened.set()
        while not waiting and int(asked.get("timeout") or 0):
            self._came.clear()
            await self._came.wait()
        with self.counted():
            return json.dumps({"ok": True, "result": waiting[:100]})

    @contextmanager
    def counted(self) -> Iterator[None]:
        """What runs in here is Telegram's or a person's time."""
        began, cpu = perf_counter(), thread_time()
        yield
        self.spent += perf_counter() - began
        self.cpu += thread_time() - cpu


class WiredUser(User):
    """A person whose doings are counted."""

    def __init__(self, wires: Wires, number: int) -> None:
        super().__init__(wires.server.world, number, f"P{number}", "zh-hans")
        self._wires = wires

    async def press(self, message: Message, which: str | int = 0) -> str:
        with self._wires.counted():
            return await super().press(message, which)

    async def send(self, group: Any = None, **content: Any) -> Message:
        with self._wires.counted():
            return await super().send(group, **content)


class _Queue(list[Json]):
    def __init__(self, came: asyncio.Event) -> None:
        super().__init__()
        self._came = came

    def append(self, update: Json) -> None:
        super().append(update)
        self._came.set()


class _Answer:
    """As much of aiohttp's response as a Bot API client reads."""

    def __init__(self, status: int, text: str) -> None:
        self.status = status
        self._text = text

    async def text(self) -> str:
        return self._text

    async def read(self) -> bytes:
        return self._text.encode()

    async def __aenter__(self) -> _Answer:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None


def _sent(data: Any) -> tuple[str, bytes]:
    """Content type and body of what aiohttp's client was given."""
    if isinstance(data, aiohttp.FormData):
        data = data()
    return ("", b"") if data is None else (data.content_type, data.decode().encode())
