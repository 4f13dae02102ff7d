"""A small server that takes records by the OpenRosa protocol, as strictly as ODK Central does.

It keeps a record by its instanceID: the same bytes again add files, other bytes are a conflict.
`script` holds what it does instead with the next POSTs.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

CUT: Final = -1
"""In `script`: the record is kept, and the connection cut before the answer."""

PORTAL: Final = 200
"""In `script`: a web page that is no OpenRosa answer."""


@dataclass(slots=True)
class OpenRosaServer:
    """What it has got, and how it behaves. `room` is what it says it takes at once, in bytes;
    `limit` what it really takes in one POST."""

    records: dict[str, bytes] = field(default_factory=dict)
    files: dict[str, dict[str, bytes]] = field(default_factory=dict)
    script: deque[int] = field(default_factory=deque)
    calls: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    posts: list[bytes] = field(default_factory=list)
    room: int | None = None
    limit: int | None = None
    moved_to: str | None = None
    wants: str | None = None  # the Authorization that it insists on
    retry_after: str | None = None
    base: str = ""

    @property
    def url(self) -> str:
        """Where records go."""
        return f"{self.base}/projects/1/submission"

    async def head(self, request: web.Request) -> web.Response:
        self.calls.append(("HEAD", request.headers.copy()))
        headers = {"X-OpenRosa-Version": "1.0"}
        if self.room is not None:
            headers["X-OpenRosa-Accept-Content-Length"] = str(self.room)
        if self.moved_to is not None:
            headers["Location"] = self.moved_to
        return web.Response(status=204, headers=headers)

    async def post(self, request: web.Request) -> web.Response:
        self.calls.append(("POST", request.headers.copy()))
        xml, files = await _parts(request)
        self.posts.append(xml)
        if self.wants is not None and request.headers.get("Authorization") != self.wants:
            return web.Response(status=401)
        told = self.script.popleft() if self.script else 0
        if told == PORTAL:
            return web.Response(text="<html>Welcome to our network</html>")
        if told not in (0, CUT):
            after = {"Retry-After": self.retry_after} if self.retry_after else {}
            return web.Response(status=told, headers=after)
        if self.limit is not None and (request.content_length or 0) > self.limit:
            return web.Response(status=413)
        status = self._keep(xml, files)
        if told == CUT:
            assert request.transport is not None
            request.transport.close()
        return web.Response(status=status)

    def _keep(self, xml: bytes, files: Mapping[str, bytes]) -> int:
        found = re.search(rb"<(?:\w+:)?instanceID>([^<]+)<", xml)
        assert found, "a record names itself"
        name = found[1].decode()
        if self.records.get(name, xml) != xml:
            return 409
        former = re.search(rb"deprecatedID>([^<]+)<", xml)
        if former and former[1].decode() not in self.records:
            return 404
        known = self.files.setdefault(name, {})
        new = name not in self.records or any(one not in known for one in files)
        self.records[name] = xml
        known.update(files)
        return 201 if new else 202


async def _parts(request: web.Request) -> tuple[bytes, dict[str, bytes]]:
    xml, files = b"", {}
    async for part in await request.multipart():
        assert not isinstance(part, type(None)) and part.name and part.filename
        content = bytes(await part.read())
        if part.name == "xml_submission_file":
            assert part.headers["Content-Type"] == "text/xml"
            xml = content
        else:
            files[part.filename] = content
    return xml, files


@asynccontextmanager
async def serving() -> AsyncIterator[OpenRosaServer]:
    """A server that listens on a free port of 127.0.0.1."""
    server = OpenRosaServer()
    app = web.Application(client_max_size=64 * 2**20)
    for path in ("/projects/1/submission", "/elsewhere"):
        app.router.add_route("HEAD", path, server.head)
        app.router.add_route("POST", path, server.post)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    server.base = f"http://{host}:{port}"
    try:
        yield server
    finally:
        await runner.cleanup()
        await asyncio.sleep(0)
