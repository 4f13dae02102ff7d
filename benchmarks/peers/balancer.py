"""Telegram's side of a webhook, and a balancer in one: updates go to each replica in turn."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import cycle
from typing import Final
from urllib.parse import urlsplit

import aiohttp

from tests.emulator.hooks import SECRET_HEADER
from tests.emulator.world import Json, World

_AT_ONCE: Final = 64
_RETRY: Final = 0.2  # seconds
_READY: Final = 0.1  # seconds between two looks whether the replicas listen


class Balancer:
    """Posts what people do to ``127.0.0.1`` on these ports, until cancelled."""

    def __init__(self, world: World, ports: Sequence[int]) -> None:
        self._world = world
        self._ports = ports
        self._queue: asyncio.Queue[Json] = asyncio.Queue()
        world.updates = _Queued(self._queue)

    async def ready(self) -> None:
        """Wait until every replica listens."""
        for port in self._ports:
            await _listens(port)

    async def run(self) -> None:
        replicas = cycle(self._ports)
        turns = asyncio.Semaphore(_AT_ONCE)
        connections = aiohttp.TCPConnector(limit=0)
        async with (
            aiohttp.ClientSession(connector=connections) as session,
            asyncio.TaskGroup() as group,
        ):
            while True:
                update = await self._queue.get()
                await turns.acquire()
                posting = group.create_task(self._post(session, next(replicas), update))
                posting.add_done_callback(lambda _: turns.release())

    async def _post(self, session: aiohttp.ClientSession, port: int, update: Json) -> None:
        """Again until it is taken."""
        hook = self._world.webhook
        url = f"http://127.0.0.1:{port}{urlsplit(hook['url']).path}"
        headers = {SECRET_HEADER: hook["secret_token"]}
        while True:
            async with session.post(url, json=update, headers=headers) as response:
                if response.status == 200:
                    return
            await asyncio.sleep(_RETRY)


class _Queued(list[Json]):
    """The updates of a world, handed on instead of kept."""

    def __init__(self, queue: asyncio.Queue[Json]) -> None:
        super().__init__()
        self._queue = queue

    def append(self, update: Json) -> None:
        self._queue.put_nowait(update)


async def _listens(port: int) -> None:
    """Return once somebody listens there."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(_READY)
        else:
            writer.close()
            return
