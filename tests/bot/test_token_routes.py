"""Every route that asks for a token and no cookie: without one there is nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from bot import api, openrosa
from handlers.shelf import Shelf
from handlers.turn import House
from storage.database import Database
from tests import world
from tests.bot.channels.web.site import address_of
from tests.bot.route_matrix import ROUTES
from tests.scheduler.making import SHANGHAI

FOR_PHONES = {one for one in ROUTES if "/key/" in one}
OF_THE_API = {one.split()[1] for one in ROUTES if "/api/" in one}
HOUSE = House(Shelf(), SHANGHAI, lambda *_: {}, lambda *_: ())


@pytest.fixture
async def base(sqlite_database: Database) -> AsyncIterator[str]:
    """The URL of both, before a register with people in it."""
    await world.settle(sqlite_database)
    app = web.Application()
    api.attach(app, database=sqlite_database)
    openrosa.attach(app, database=sqlite_database, house=HOUSE, base_url="http://127.0.0.1")
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield address_of(runner)
    await runner.cleanup()


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer x", "Bearer " + "x" * 43, "Basic x"])
async def test_the_api_gives_nothing_without_a_token(base: str, token: str) -> None:
    async with aiohttp.ClientSession(base, headers={"Authorization": token}) as session:
        for path in (*OF_THE_API, "/api/v1/nothing"):
            async with session.get(path.replace("{instance_id}", "uuid:1")) as answer:
                assert answer.status == 401, path
                told = await answer.text()
                assert not any(one in told for one in world.SECRETS)


async def test_a_phone_gets_nothing_without_a_token(base: str) -> None:
    async with aiohttp.ClientSession(base) as session:
        for route in FOR_PHONES:
            method, path = route.split()
            for token in ("x", "x" * 43, "%00"):
                url = path.replace("{token}", token).replace("{form}", "a").replace("{file}", "b")
                async with session.request(method, url) as answer:
                    assert answer.status in (401, 403, 404), (route, answer.status)
                    told = await answer.text()
                    assert not any(one in told for one in world.SECRETS)
