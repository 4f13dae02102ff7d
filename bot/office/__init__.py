"""The office: pages for those who see to it that visits are made, rendered on the server.

Every page works without scripts; with them, htmx exchanges the part that changed. Whoever signs in
to the web chat is signed in here; what they see is what the unit of work gives to their role.
Templates and pages are loaded when somebody comes in for the first time: a start stays quick.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from bot.channels.web.door import Door
from bot.entrance import Entrance
from handlers.turn import House
from storage.database import Database

if TYPE_CHECKING:
    from bot.office.office import Office
    from bot.settings import Settings


def attach(
    app: web.Application,
    *,
    database: Database,
    house: House,
    door: Door,
    rules: Path | None = None,
    refresh: Callable[[], object] = lambda: None,
    settings: Settings | None = None,
) -> None:
    """Add the office to the program's web server. `rules` is the county's folder of visit rules,
    where the office writes its switches; `refresh` reads them again. `settings` are shown on a
    page, without their secrets."""

    def open_office() -> Office:
        from bot.office.office import Office

        return Office(database, house, door, rules=rules, refresh=refresh, settings=settings)

    entrance = Entrance(open_office)
    app.router.add_route("*", "/office", entrance.answer)
    app.router.add_route("*", "/office/{rest:.*}", entrance.answer)
