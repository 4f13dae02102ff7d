"""Pictures and files of a transcript, for the person whose transcript it is.

A page asks for a file by its id. Whoever's transcript names it is sent on to a link that is signed
with their own session and over in minutes: copied, forwarded or found in a history it opens
nothing.
"""

from __future__ import annotations

import hmac
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import web

from bot.channels.web.door import Door, SignedIn
from bot.channels.web.limits import Limits
from bot.channels.web.refusals import Refused
from core.ports import ChatEvent, Clock, WebStore

# A browser may show these in place; everything else is a download.
_SHOWN = frozenset(
    {"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/heic"}
)
_REMEMBERED = 1000
_LINK_LIFE = 300
"""Seconds. Links of one such span are the same, so that a browser asks once for a picture."""


@dataclass(slots=True)
class _Seen:
    """The files that a transcript refers to, as far as it was read."""

    after: int = 0
    files: set[str] = field(default_factory=set)


class Files:
    """Serves ``/chat/files/{id}`` to those whose transcript refers to it."""

    def __init__(self, store: WebStore, clock: Clock, door: Door, limits: Limits) -> None:
        self._store = store
        self._clock = clock
        self._door = door
        self._limits = limits
        self._seen: OrderedDict[str, _Seen] = OrderedDict()

    def routes(self) -> list[web.RouteDef]:
        """The one route."""
        return [web.get("/chat/files/{id:.+}", self._file)]

    async def _file(self, request: web.Request) -> web.Response:
        signed_in = await self._door.let_in(request)
        session, file_id = signed_in.session, request.match_info["id"]
        if not await self._refers(session.address, file_id):
            raise Refused("file_missing", session.language)
        now = int(self._clock.now().timestamp())
        if "signed" not in request.query:
            until = (now // _LINK_LIFE + 2) * _LINK_LIFE
            return _sent_on(request, until, _signature(signed_in, file_id, until))
        until = _number(request.query.get("until", ""))
        signature = _signature(signed_in, file_id, until).encode()
        if not now < until or not hmac.compare_digest(signature, request.query["signed"].encode()):
            raise Refused("link_over", session.language)
        kept = await self._store.get_file(file_id)
        if kept is None:
            raise Refused("file_missing", session.language)
        return _shown(*kept, until - now)

    async def _refers(self, address: str, file_id: str) -> bool:
        """Whether the transcript of `address` names the file; reads on from where it last was."""
        seen = self._seen.pop(address, None) or _Seen()
        self._seen[address] = seen
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        while file_id not in seen.files:
            lines = await self._store.since(address, seen.after, self._limits.history)
            if not lines:
                return False
            seen.files.update(_named(lines))
            seen.after = lines[-1].seq
        return True


def _named(lines: Iterable[ChatEvent]) -> Iterable[str]:
    for line in lines:
        body: dict[str, Any] = line.body
        if body["from"] == "person":
            file_id = body["event"].get("file_id")
            if file_id:
                yield file_id
        else:
            yield from (picture["media"] for picture in body["reply"].get("pictures", ()))


def _sent_on(request: web.Request, until: int, signature: str) -> web.Response:
    place = f"{request.rel_url.raw_path}?{urlencode({'until': until, 'signed': signature})}"
    return web.Response(status=303, headers={"Location": place, "Cache-Control": "no-store"})


def _signature(signed_in: SignedIn, file_id: str, until: int) -> str:
    """Theirs alone and over with their session, being made with the secret of their cookie."""
    return hmac.new(signed_in.secret.encode(), f"{until} {file_id}".encode(), "sha256").hexdigest()


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) <= 12 else 0


def _shown(content: bytes, name: str, mime: str, seconds: int) -> web.Response:
    where = "inline" if mime in _SHOWN else "attachment"
    return web.Response(
        body=content,
        headers={
            "Content-Type": mime,
            "Content-Disposition": f"{where}; filename*=UTF-8''{quote(name, safe='')}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            # An upload never changes, but it is private: this browser only, and not for long.
            "Cache-Control": f"private, max-age={seconds}",
        },
    )
