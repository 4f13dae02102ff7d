"""The tests' Bot API behind a lean HTTP server, so that the server is not what is measured.

Every method is the emulator's own, with all its checks. Only the way there is shorter: requests are
read by hand, nothing is logged, and whoever waits for a message is called and not woken.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qsl

from tests.emulator.faults import Refusal
from tests.emulator.methods import Methods
from tests.emulator.params import Params
from tests.emulator.server import TOKEN
from tests.emulator.world import Json, World

_HEAD_END: Final = b"\r\n\r\n"


class Heard(list[Json]):
    """The events of a chat, told to somebody one by one and not kept."""

    def __init__(self, tell: Callable[[Json], None]) -> None:
        super().__init__()
        self._tell = tell

    def append(self, event: Json) -> None:
        self._tell(event)


class LeanServer:
    """A Bot API on a free port. `calls` counts what the bot asked for, `refused` what it got no
    leave for; `opened` is set once it polls or has a webhook."""

    def __init__(self) -> None:
        bot_id = int(TOKEN.partition(":")[0])
        name = "zoufang_bench_bot"
        self.world = World({"id": bot_id, "is_bot": True, "first_name": name, "username": name})
        self.methods = Methods(self.world)
        self.calls: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.opened = asyncio.Event()
        self.base = ""

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0)
        self.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def answer(self, path: str, kind: str, body: bytes) -> tuple[int, Json]:
        """Status and answer of one call. `kind` is the content type."""
        method = path.rpartition("/")[2]
        if method == "getUpdates":
            self.opened.set()
        try:
            params = Params(values(kind, body))
            result = await self.methods[method](params)
            if self.world.webhook:
                self.opened.set()
            status, answer = 200, {"ok": True, "result": result}
        except Refusal as refusal:
            self.refused[f"{method}: {refusal}"] += 1
            status, answer = refusal.code, refusal.body()
        self.calls[method] += 1
        return status, answer


class _Connection(asyncio.Protocol):
    """One connection: requests with a length, one after another."""

    def __init__(self, server: LeanServer) -> None:
        self._server = server
        self._buffer = b""
        self._transport: Any = None
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._next()

    def _next(self) -> None:
        """Answer the next request, if all of it is here and none is in hand."""
        head_end = self._buffer.find(_HEAD_END)
        if head_end < 0 or self._task is not None:
            return
        line, *headers = self._buffer[:head_end].decode().split("\r\n")
        fields = {
            name.lower(): value for name, _, value in (each.partition(": ") for each in headers)
        }
        end = head_end + len(_HEAD_END) + int(fields.get("content-length", 0))
        if len(self._buffer) < end:
            return
        body = self._buffer[head_end + len(_HEAD_END) : end]
        self._buffer = self._buffer[end:]
        path = line.split(" ")[1]
        self._task = asyncio.create_task(self._answer(path, fields.get("content-type", ""), body))

    async def _answer(self, path: str, kind: str, body: bytes) -> None:
        status, answer = await self._server.answer(path, kind, body)
        content = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
        head = (
            f"HTTP/1.1 {status} -\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        self._transport.write(head.encode() + content)
        self._task = None
        self._next()


def values(kind: str, body: bytes) -> dict[str, Any]:
    """The parameters of a call by its content type and body, as they were sent."""
    if not body:
        return {}
    if kind.startswith("application/json"):
        return dict(json.loads(body))
    return dict(parse_qsl(body.decode(), keep_blank_values=True))
