"""What stands before replicas: hands each request to any of them, whoever had the one before."""

from __future__ import annotations

import random
from collections.abc import Sequence
from types import TracebackType
from typing import Final, Self

import aiohttp
from aiohttp import web

_PATIENCE: Final = aiohttp.ClientTimeout(total=5)  # seconds; a paused replica never answers


class Front:
    """A reverse proxy on a free port of this machine. It posts nothing twice: whoever asked hears
    502 or 504 and asks again."""

    def __init__(self, ports: Sequence[int], seed: int) -> None:
        self._ports = ports
        self._chance = random.Random(seed)
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._pass_on)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._session = aiohttp.ClientSession(timeout=_PATIENCE)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()
        await self._runner.cleanup()

    async def _pass_on(self, request: web.Request) -> web.Response:
        url = f"http://127.0.0.1:{self._chance.choice(self._ports)}{request.path_qs}"
        headers = {name: value for name, value in request.headers.items() if name != "Host"}
        body = await request.read()
        try:
            async with self._session.request(
                request.method, url, data=body, headers=headers
            ) as answer:
                return web.Response(status=answer.status, body=await answer.read())
        except TimeoutError:
            return web.Response(status=504)
        except aiohttp.ClientError:
            return web.Response(status=502)
