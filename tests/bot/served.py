"""Routes on a server of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

Attach = Callable[[web.Application], None]


@asynccontextmanager
async def served(
    *attach: Callable[[web.Application], None],
) -> AsyncIterator[aiohttp.ClientSession]:
    """Somebody who asks the server that these routes were added to, until the end of the block."""
    app = web.Application()
    for each in attach:
        each(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        async with aiohttp.ClientSession(f"http://{host}:{port}") as session:
            yield session
    finally:
        await runner.cleanup()
