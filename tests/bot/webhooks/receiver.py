"""A small receiver of webhooks over real HTTP that checks signatures, and fails as it is told."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from aiohttp import web

CUT: Final = -1
"""A fault: the connection is cut without an answer."""


class Receiver:
    """Keeps what it was told. `faults` are answered before anything is taken, in order; a fault is
    a status, or `CUT`."""

    def __init__(self) -> None:
        self.url = ""
        self.secret = ""
        self.faults: list[int] = []
        self.told: list[dict[str, Any]] = []
        self.ids: list[str] = []
        self.calls = 0

    @property
    def events(self) -> list[str]:
        """What it was told of, in order."""
        return [one["type"] for one in self.told]

    async def answer(self, request: web.Request) -> web.Response:
        """Take a call, or fail."""
        self.calls += 1
        body = await request.read()
        if not self._signed(request, body):
            return web.Response(status=401)
        if self.faults:
            fault = self.faults.pop(0)
            if fault == CUT:
                assert request.transport is not None
                request.transport.abort()
            return web.Response(status=fault if fault > 0 else 500, headers={"Location": "/"})
        self.told.append(json.loads(body))
        self.ids.append(request.headers["webhook-id"])
        return web.Response(status=204)

    def _signed(self, request: web.Request, body: bytes) -> bool:
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        head = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}."
        made = hmac.new(key, head.encode() + body, hashlib.sha256).digest()
        sent = request.headers["webhook-signature"].removeprefix("v1,")
        return hmac.compare_digest(base64.b64encode(made).decode(), sent)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver on a free port of this machine."""
    one = Receiver()
    app = web.Application()
    app.router.add_post("/in", one.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        one.url = f"http://{host}:{port}/in"
        yield one
    finally:
        await runner.cleanup()
        await asyncio.sleep(0)
