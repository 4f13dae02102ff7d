"""The OpenRosa server side: workers fill in the same forms in ODK Collect, without a network.

Collect is given one address with a token in it, like that of an app user of ODK Central. Everything
below it is loaded when the first phone asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from bot.entrance import Entrance
from handlers.turn import House
from storage.database import Database

if TYPE_CHECKING:
    from bot.openrosa.server import Collect


def address(base_url: str, token: str) -> str:
    """The server address that a worker enters in ODK Collect."""
    return f"{base_url}/key/{token}"


def attach(app: web.Application, *, database: Database, house: House, base_url: str) -> None:
    """Add the OpenRosa server side to the program's web server."""

    def open_part() -> Collect:
        from bot.openrosa.server import Collect

        return Collect(database, house, base_url)

    app.router.add_route("*", "/key/{token}/{rest:.*}", Entrance(open_part).answer)
