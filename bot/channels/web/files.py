"""Pictures and files of a transcript, for the person whose transcript it is."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from aiohttp import web

from bot.channels.web.door import Door
from bot.channels.web.limits import Limits
from bot.channels.web.refusals import Refused
from core.ports import ChatEvent, WebStore

# A browser may show these in place; everything else is a download.
_SHOWN = frozenset(
    {"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/heic"}
)
_REMEMBERED = 1000


@dataclass(slots=True)
class _Seen:
    """The files that a transcript refers to, as far as it was read."""

    after: int = 0
    files: set[str] = field(default_factory=set)


class Files:
    """Serves ``/chat/files/{id}`` to those whose transcript refers to it."""

    def __init__(self, store: WebStore, door: Door, limits: Limits) -> None:
        self._store = store
        self._door = door
        self._limits = limits
        self._seen: OrderedDict[str, _Seen] = OrderedDict()

    def routes(self) -> list[web.RouteDef]:
        """The one route."""
        return [web.get("/chat/files/{id:.+}", self._file)]

    async def _file(self, request: web.Request) -> web.Response:
        session = (await self._door.let_in(request)).session
        file_id = request.match_info["id"]
        kept = None
        if await self._refers(session.address, file_id):
            kept = await self._store.get_file(file_id)
        if kept is None:
            raise Refused("file_missing", session.language)
        content, name, mime = kept
        where = "inline" if mime in _SHOWN else "attachment"
        return web.Response(
            body=content,
            headers={
                "Content-Type": mime,
                "Content-Disposition": f"{where}; filename*=UTF-8''{quote(name, safe='')}",
                "Content-Security-Policy": "default-src 'none'; sandbox",
                # An upload never changes, but it is private: this browser only, and not for long.
                "Cache-Control": "private, max-age=600",
            },
        )

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
