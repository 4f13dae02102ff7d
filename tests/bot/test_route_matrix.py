"""Every route × everybody: who gets a page, who is sent away, and who learns of whom.

A route of the program that stands in no row of the matrix fails.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from bot.api.models import Form, Listed
from bot.api.server import _MAKE
from bot.app import Attach, serve
from bot.openrosa.server import Collect
from bot.settings import Settings
from core.clock import SystemClock
from storage.database import Database
from storage.policy import OPERATOR, POWERS, STAFF_ROLES, Actor, Role, Sight
from storage.vault import Vault
from tests import world
from tests.bot.route_matrix import (
    AREAS,
    MAY,
    PLACES,
    ROUTES,
    For,
    Site,
    ask,
    browser,
    reveals,
    running,
    table,
    whole,
)
from tests.clock import TurnedClock


@pytest.fixture
async def site(sqlite_database: Database, clock: TurnedClock) -> AsyncIterator[Site]:
    async with running(sqlite_database, clock) as one:
        yield one


class SeenError(Exception):
    """The program would listen now."""


async def of_the_program(folder: Path, monkeypatch: pytest.MonkeyPatch) -> web.Application:
    """What the running program serves with everything switched on: it is stopped where it would
    listen."""
    app = web.Application()

    async def listen(_stack: object, _settings: object, routes: Sequence[Attach]) -> None:
        for attach in routes:
            attach(app)
        raise SeenError

    monkeypatch.setattr("bot.app._listen", listen)
    given = {
        "database_url": f"sqlite:///{folder / 'program.sqlite3'}",
        "key_file": folder / "key",
        "public_url": "https://visit.example",
        "telegram_token": "1000:x",
        "telegram_webhook": True,
        "open_on": "web",
        "demo": False,
    }
    with pytest.raises(SeenError):
        await serve(
            Settings.model_validate(given), SystemClock(), asyncio.Event(), lambda line: None
        )
    return app


async def test_every_route_of_the_program_stands_in_the_matrix(
    site: Site, tmp_path: Path, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = await of_the_program(tmp_path, monkeypatch)
    assert whole(replace(site, app=app)) == set(ROUTES)
    assert whole(site) == set(ROUTES)  # what the other tests ask is what the program serves


@pytest.mark.parametrize("kind", ["app", "part", "office", "phone", "api", "method"])
async def test_a_route_that_somebody_adds_is_missed_in_the_matrix(
    site: Site, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    async def dummy(_: web.Request) -> web.Response:
        return web.Response()

    async def listed(_: object, __: object, ___: object) -> Listed[Form]:
        return Listed(items=[])

    phones = Collect(site.database, site.office.desk.house, site.base)
    app = web.Application()
    match kind:
        case "app":
            app.router.add_get("/dummy", dummy)
        case "part":
            app.router.add_route("*", "/dummy/{rest:.*}", dummy)
        case "method":
            app.router.add_delete("/chat/session", dummy)
        case "office":
            site.office._pages.add_get("/office/dummy", dummy)
        case "phone":
            phones._routes.add_post("/key/{token}/dummy", dummy)
        case _:
            monkeypatch.setitem(_MAKE, "dummy", listed)
    assert len(table(app, site.office, phones) - set(ROUTES)) == 1


async def test_without_a_cookie_there_is_nothing_of_anybody(site: Site) -> None:
    async with browser(site, None) as page:
        for route, whom in ROUTES.items():
            status, text = await ask(page, route)
            assert not reveals(text), route
            assert whom is For.ANYBODY or status in {303, 400, 401, 403, 404}, (route, status)


@pytest.mark.parametrize("role", STAFF_ROLES)
async def test_a_page_of_the_office_opens_for_who_oversees(site: Site, role: Role) -> None:
    powers = POWERS[role]
    area = AREAS[powers.level]
    actor = await world.hire(site.database, role, area)
    async with browser(site, actor) as page:
        for route, whom in ROUTES.items():
            if whom is For.ANYBODY:
                continue
            status, text = await ask(page, route)
            assert status < 500, route
            if whom is For.TOKEN:  # a cookie is no token
                assert status in {401, 403, 404}, (route, status)
            if whom in MAY and not MAY[whom](powers):
                assert status == 403, route
            foreign = [x for x, place in PLACES.items() if not place.startswith(area)]
            assert not reveals(text, "".join(foreign) if powers.exports else "ABCDE"), route


@pytest.mark.parametrize("role", STAFF_ROLES)
async def test_a_subject_is_a_page_for_who_oversees_its_area(site: Site, role: Role) -> None:
    powers = POWERS[role]
    area = AREAS[powers.level]
    actor = await world.hire(site.database, role, area)
    async with browser(site, actor) as page:
        for letter, place in PLACES.items():
            seen = powers.exports and powers.sees is Sight.AREA and place.startswith(area)
            status, text = await ask(page, "GET /office/register/{kind}/{code}", letter)
            assert (status == 200) == seen, (letter, status)
            if not seen:
                assert not reveals(text), letter


async def test_a_resident_has_a_chat_and_no_office(site: Site) -> None:
    async with site.database.unit(OPERATOR, "test") as uow:
        person = await uow.register.person("PA00001")
        assert person
    async with browser(site, Actor(Role.RESIDENT, person_id=person.id)) as page:
        for route, whom in ROUTES.items():
            status, text = await ask(page, route)
            assert not reveals(text) or "PA00001" in text, route
            if whom in MAY:
                assert status in {303, 403}, (route, status)


async def test_a_guest_has_a_chat_of_nobodys(site: Site) -> None:
    async with browser(site, None) as page:
        async with page.post("/guest") as answer:
            assert answer.status == 200
        for route, whom in ROUTES.items():
            if route == "POST /sign-out":
                continue
            status, text = await ask(page, route)
            assert not reveals(text), route
            assert status < 500, route
            assert whom not in MAY or status in {303, 403}, (route, status)
