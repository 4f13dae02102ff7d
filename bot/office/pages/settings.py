"""The settings: read here, and changed where each of them says."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.office.deployment import chapters
from bot.office.office import Desk
from bot.office.visit import Visit
from storage.policy import Actor


def routes(desk: Desk) -> list[web.RouteDef]:
    """The page."""

    async def show(visit: Visit) -> web.Response:
        return await _show(desk, visit)

    return [desk.get("/office/settings", may, show)]


def may(actor: Actor) -> bool:
    """Whether somebody administers the deployment."""
    return actor.may_administer


async def _show(desk: Desk, visit: Visit) -> web.Response:
    ground = await asyncio.to_thread(desk.house.ground) if desk.house.ground else None
    found = await asyncio.to_thread(chapters, desk.settings, ground, visit.now, visit.language)
    return desk.shell.page(visit, "settings.html", chapters=found)
