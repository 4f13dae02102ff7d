"""Whether the program lives, and whether it can serve: for service managers and load balancers.

``/healthz`` is about the process alone: a restart would mend what it finds. A messenger or a
database that is away is not mended by a restart; that is the business of ``/readyz``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from aiohttp import web

from core import measures
from core.log import log
from storage.condition import condition
from storage.database import Database

LIMITS: Final = {"outbox": 60.0, "telegram": 180.0}
"""Seconds after which a loop that has not come round is held to be dead: each several times as long
as its longest wait. The outbox's is the sender's; a channel's is the one that asks its messenger,
or looks after its webhook."""

PATIENCE: Final = 3.0  # seconds for the database's answer

Check = dict[str, Any]


@dataclass(slots=True)
class Health:
    """The two routes. `loops` are those of `LIMITS` that this program runs, `channels` the names of
    its channels. What it answers names no person and no secret."""

    database: Database
    loops: Sequence[str]
    channels: Sequence[str]
    begun: float

    @classmethod
    def of(cls, database: Database, channels: Sequence[str]) -> Health:
        """For a program that begins now."""
        loops = [loop for loop in LIMITS if loop == "outbox" or loop in channels]
        return cls(database, loops, channels, monotonic())

    def attach(self, app: web.Application) -> None:
        """Add the routes to `app`."""
        app.router.add_get("/healthz", self._alive)
        app.router.add_get("/readyz", self._ready)

    async def _alive(self, _request: web.Request) -> web.Response:
        return _answer({loop: self._loop(loop) for loop in self.loops})

    async def _ready(self, _request: web.Request) -> web.Response:
        checks = {"database": await self._database()}
        for channel in self.channels:
            checks[channel] = {"ok": (channel,) in measures.CHANNEL_UP.values}
        return _answer(checks)

    def _loop(self, loop: str) -> Check:
        """A loop that has not come round yet counts from the program's begin."""
        waited = measures.loop_ages().get(loop, monotonic() - self.begun)
        return {"ok": waited <= LIMITS[loop], "seconds": round(waited, 1)}

    async def _database(self) -> Check:
        try:
            async with asyncio.timeout(PATIENCE):
                found = await condition(self.database)
        except Exception as error:
            log.warning("database not ready", error=type(error).__name__)
            return {"ok": False}
        return {"ok": not found.behind, "revision": found.revision}


def _answer(checks: dict[str, Check]) -> web.Response:
    fine = all(check["ok"] for check in checks.values())
    return web.json_response({"ok": fine, "checks": checks}, status=200 if fine else 503)
