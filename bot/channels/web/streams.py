"""Open pages and the lines they wait for, as server-sent events.

A stream holds no lines: it is woken and reads from the store what comes after the last line that it
sent, so a browser that lost its connection resumes by that number and misses nothing.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from bot.channels.web.about import about, about_with_words
from bot.channels.web.door import Door, SignedIn
from bot.channels.web.limits import Limits
from bot.channels.web.refusals import Refused
from core.log import log
from core.ports import ChatEvent, WebStore

_HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "X-Accel-Buffering": "no",  # nginx would hold the events back
}
# -1 for a page that has seen nothing; more digits than these fit no database's number.
_SEQ: Final = re.compile(r"-1|[0-9]{1,18}")


@dataclass(eq=False, slots=True)
class _Listener:
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False

    def end(self) -> None:
        self.ended = True
        self.wake.set()


class Streams:
    """Wakes the open streams of an address; holds the routes of reading a transcript."""

    def __init__(self, store: WebStore, door: Door, limits: Limits) -> None:
        self._store = store
        self._door = door
        self._limits = limits
        self._listeners: dict[str, list[_Listener]] = {}
        self._closed = False

    def routes(self) -> list[web.RouteDef]:
        """The session, the newest lines, and what comes after them."""
        return [
            web.get("/chat/session", self._session),
            web.get("/chat/history", self._history),
            web.get("/chat/events", self._events, allow_head=False),
        ]

    def wake(self, address: str) -> None:
        """New lines may stand in the transcript of `address`."""
        for listener in self._listeners.get(address, ()):
            listener.wake.set()

    def open(self) -> None:
        """Take streams (again)."""
        self._closed = False

    def close(self) -> None:
        """End all streams, and take no new ones: the program stops."""
        self._closed = True
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.end()

    async def _session(self, request: web.Request) -> web.Response:
        signed_in = await self._door.let_in(request)
        return web.json_response(about_with_words(signed_in.session))

    async def _history(self, request: web.Request) -> web.Response:
        signed_in = await self._door.let_in(request)
        lines = await self._store.since(signed_in.session.address, -1, self._limits.history)
        response = web.json_response(
            {
                "session": about(signed_in.session),
                "lines": [{"seq": line.seq, "body": line.body} for line in lines],
            }
        )
        response.enable_compression()
        return response

    async def _events(self, request: web.Request) -> web.StreamResponse:
        signed_in = await self._door.let_in(request)
        if self._closed:
            raise Refused("not_running", signed_in.session.language)
        after = _resume_point(request, signed_in.session.language)
        response = web.StreamResponse(headers=_HEADERS)
        await response.prepare(request)
        # A browser that goes away comes back with the last number that it has seen.
        with suppress(ConnectionResetError), self._listening(signed_in.session.address) as listener:
            try:
                await self._tell(response, signed_in, after, listener)
            except ConnectionResetError:
                raise
            except Exception as error:
                # No refusal can follow what has begun. The stream ends, and the page comes back.
                log.error("web chat stream broke off", error=type(error).__name__)
        return response

    @contextmanager
    def _listening(self, address: str) -> Iterator[_Listener]:
        listener = _Listener()
        listeners = self._listeners.setdefault(address, [])
        listeners.append(listener)
        for surplus in listeners[: -self._limits.streams]:
            surplus.end()
        try:
            yield listener
        finally:
            listeners.remove(listener)
            if not listeners:
                self._listeners.pop(address, None)

    async def _tell(
        self, response: web.StreamResponse, signed_in: SignedIn, after: int, listener: _Listener
    ) -> None:
        told: dict[str, object] = {}
        while not listener.ended:
            listener.wake.clear()
            session = await self._store.session(signed_in.secret)
            if session is None or session.address != signed_in.session.address:
                await response.write(_event("signed-out", {}))
                return
            if told != (told := about(session)):
                await response.write(_event("session", told))
            lines = await self._store.since(session.address, after, self._limits.history)
            if lines:
                after = lines[-1].seq
                await response.write(b"".join(_line(line) for line in lines))
                continue
            try:
                async with asyncio.timeout(self._limits.heartbeat):
                    await listener.wake.wait()
            except TimeoutError:
                # Scripts see events but no comments, and have to notice a dead connection.
                await response.write(b": heartbeat\n" + _event("heartbeat", {}))


def _resume_point(request: web.Request, language: str) -> int:
    given = request.headers.get("Last-Event-ID") or request.query.get("after", "-1")
    if not _SEQ.fullmatch(given):
        raise Refused("not_understood", language)
    return int(given)


def _line(line: ChatEvent) -> bytes:
    data = json.dumps({"seq": line.seq, "body": line.body}, ensure_ascii=False)
    return f"id: {line.seq}\ndata: {data}\n\n".encode()


def _event(name: str, data: dict[str, object]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()
