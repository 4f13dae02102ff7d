"""The read API: other systems read forms, records, duties, subjects and areas, page by page.

``/api/v1/openapi.json`` describes it. Everything is loaded when the first request comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from bot.entrance import Entrance
from storage.database import Database

if TYPE_CHECKING:
    from bot.api.server import Api


def attach(app: web.Application, *, database: Database) -> None:
    """Add the read API to the program's web server."""

    def open_part() -> Api:
        from bot.api.server import Api

        return Api(database)

    app.router.add_route("*", "/api/v1/{rest:(?s:.*)}", Entrance(open_part).answer)
