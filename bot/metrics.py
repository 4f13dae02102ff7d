"""``/metrics``: what the program counts, for Prometheus.

There is nothing personal in it, but how busy an office is, and how it fails, is nobody's business
either. So it needs a token; without one it answers only to this machine, and only as long as no
proxy stands before the program, for what a proxy passes on seems to come from this machine too.
"""

from __future__ import annotations

import asyncio
import hmac
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from aiohttp import web

from core.log import log
from storage.database import Database
from storage.policy import SYSTEM

if TYPE_CHECKING:
    from storage.figures import Figures

PATIENCE: Final = 5.0  # seconds for the database's figures

_PASSED_ON: Final = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


@dataclass(frozen=True, slots=True)
class Metrics:
    """The route. `base_url` is how people reach the program."""

    database: Database
    base_url: str
    token: str | None = field(repr=False)

    def attach(self, app: web.Application) -> None:
        """Add the route to `app`."""
        app.router.add_get("/metrics", self._show)

    async def _show(self, request: web.Request) -> web.Response:
        if self.token is None:
            if not (_local(self.base_url) and _from_here(request)):
                return web.Response(status=404)
        elif not _knows(request, self.token):
            return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"})
        found = await self._figures()
        from bot.exposition import CONTENT_TYPE, exposition  # loaded for whoever asks

        return web.Response(body=exposition(found), headers={"Content-Type": CONTENT_TYPE})

    async def _figures(self) -> Figures | None:
        from storage.figures import figures

        try:
            async with asyncio.timeout(PATIENCE), self.database.reading(SYSTEM, "metrics") as uow:
                return await figures(uow)
        except Exception as error:
            log.warning("figures not readable", error=type(error).__name__)
            return None


def _knows(request: web.Request, token: str) -> bool:
    given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
    return hmac.compare_digest(given, f"Bearer {token}".encode())


def _from_here(request: web.Request) -> bool:
    passed_on = any(name in request.headers for name in _PASSED_ON)
    here = request.remote is not None and ip_address(request.remote).is_loopback
    # A page of another site whose name leads to this machine names itself in Host.
    return here and not passed_on and _local(f"//{request.host}")


def _local(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
