"""The web chat on a real port of this machine, with someone to talk to."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from bot.channels.web import Limits, WebChannel
from core.messages import Inbound
from core.ports import Clock, Receive
from tests.bot.channels.web.memory import MemoryStore

Handle = Callable[[WebChannel, Inbound], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Site:
    """A running web chat. `received` is all that was handed over, in order."""

    url: str
    channel: WebChannel
    store: MemoryStore
    received: list[Inbound]
    runner: web.AppRunner


async def say_nothing(_channel: WebChannel, _inbound: Inbound) -> None:
    """A bot that takes everything and never answers."""


@asynccontextmanager
async def running_site(
    clock: Clock,
    handle: Handle = say_nothing,
    limits: Limits | None = None,
    public_url: str = "http://127.0.0.1",
    *,
    guests: bool = False,
) -> AsyncIterator[Site]:
    """Serve until the end of the block. `handle` is called once for each new inbound, as a bot
    with an inbox would."""
    store = MemoryStore()
    channel = WebChannel(store, clock, public_url, limits, guests=guests)
    received: list[Inbound] = []

    async def receive(inbound: Inbound) -> None:
        if all(inbound.key != known.key for known in received):
            received.append(inbound)
            await handle(channel, inbound)
            store.held.pop(inbound.key, None)

    async with serving(channel, receive) as runner:
        yield Site(address_of(runner), channel, store, received, runner)


def address_of(runner: web.AppRunner) -> str:
    """The URL of a server that listens on one port of this machine."""
    return f"http://127.0.0.1:{runner.addresses[0][1]}"


@asynccontextmanager
async def serving(channel: WebChannel, receive: Receive) -> AsyncIterator[web.AppRunner]:
    """Serve `channel` on a free port until the end of the block."""
    app = web.Application()
    channel.attach(app)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    running = asyncio.create_task(channel.run(receive))
    await asyncio.sleep(0)
    try:
        yield runner
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        await runner.cleanup()
