"""The settings: read here, and changed where each of them says."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.office.deployment import Offered, chapters
from bot.office.office import Desk
from bot.office.visit import Visit
from forms.privacy import RETENTION
from handlers.shelf import title_of
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
    async with visit.reading("settings") as uow:
        versions = await uow.forms.all()
    forms = [
        Offered(one.form_id, title_of(one, visit.language), str(one.privacy.get(RETENTION, "")))
        for one in versions
        if one.state == "published"
    ]
    found = await asyncio.to_thread(
        chapters, desk.settings, ground, visit.now, visit.language, forms
    )
    return desk.shell.page(visit, "settings.html", chapters=found)
