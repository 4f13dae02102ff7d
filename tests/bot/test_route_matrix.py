"""Every route × everybody: who gets a page, who is sent away, and who learns of whom.

A route that stands in no row here fails.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from enum import Enum
from functools import partial

import aiohttp
import pytest
from aiohttp import web

from bot import office
from bot.channels.web import WebChannel
from bot.health import Health
from bot.metrics import Metrics
from bot.office.office import Office
from core.messages import Inbound
from handlers.shelf import Shelf
from handlers.turn import House
from scheduler.closing import keep_up
from storage.database import Database
from storage.policy import OPERATOR, POWERS, STAFF_ROLES, Actor, Powers, Role, Sight
from storage.web import DatabaseWebStore
from tests import world
from tests.bot.channels.web.site import address_of
from tests.clock import TurnedClock
from tests.handlers.matrix import HOMES
from tests.scheduler.duties import ground
from tests.scheduler.making import SHANGHAI


class For(Enum):
    """Whom a route answers."""

    ANYBODY = "the program's own files, and doors that ask for a secret"
    SIGNED_IN = "who has a cookie, about themselves"
    OVERSEER = "who reads the records of others, within their area"
    APPROVER = "who decides what is asked in their area"
    INVITER = "who lets others in"
    KEEPER = "who administers the deployment"
    READER = "who reads the log"


ROUTES = {
    "GET /": For.ANYBODY,  # without a cookie: how to come in, and nothing else
    "GET /web/{version}/{name}": For.ANYBODY,
    "GET /worker.js": For.ANYBODY,
    "GET /manifest.webmanifest": For.ANYBODY,
    "GET /favicon.ico": For.ANYBODY,
    "GET /sign-in/{token}": For.ANYBODY,
    "POST /sign-in/{token}": For.ANYBODY,
    "POST /sign-out": For.ANYBODY,
    "GET /healthz": For.ANYBODY,
    "GET /readyz": For.ANYBODY,
    "GET /metrics": For.ANYBODY,  # asks for its own token beyond this machine
    "GET /chat/session": For.SIGNED_IN,
    "GET /chat/history": For.SIGNED_IN,
    "GET /chat/events": For.SIGNED_IN,
    "GET /chat/files/{id}": For.SIGNED_IN,
    "POST /chat/messages": For.SIGNED_IN,
    "POST /chat/uploads": For.SIGNED_IN,
    "GET /office/static/{version}/{name}": For.ANYBODY,
    "GET /office": For.OVERSEER,
    "GET /office/trend": For.OVERSEER,
    "GET /office/burden": For.OVERSEER,
    "GET /office/asked-twice": For.OVERSEER,
    "GET /office/overdue": For.OVERSEER,
    "GET /office/records": For.OVERSEER,
    "GET /office/records/{record}": For.OVERSEER,
    "GET /office/records/{record}/history": For.OVERSEER,
    "GET /office/register": For.OVERSEER,
    "GET /office/register/{kind}/{code}": For.OVERSEER,
    "POST /office/register/person/{code}/tags": For.APPROVER,
    "POST /office/register/person/{code}/household": For.APPROVER,
    "POST /office/register/household/{code}/area": For.APPROVER,
    "GET /office/register/imports": For.APPROVER,
    "POST /office/register/imports": For.APPROVER,
    "GET /office/register/imports/template": For.APPROVER,
    "GET /office/register/imports/{number}": For.APPROVER,
    "POST /office/register/imports/{number}/confirm": For.APPROVER,
    "POST /office/register/imports/{number}/forget": For.APPROVER,
    "POST /office/register/imports/{number}/undo": For.APPROVER,
    "GET /office/rules/{rule}/coverage": For.OVERSEER,
    "GET /office/overdue/file.{format}": For.OVERSEER,
    "POST /office/overdue/reassign": For.APPROVER,
    "POST /office/overdue/give": For.APPROVER,
    "POST /office/purpose": For.OVERSEER,
    "POST /office/records/{record}/approve": For.APPROVER,
    "POST /office/records/{record}/return": For.APPROVER,
    "GET /office/approvals": For.APPROVER,
    "POST /office/approvals/departures": For.APPROVER,
    "POST /office/approvals/requests": For.APPROVER,
    "POST /office/approvals/entries": For.APPROVER,
    "GET /office/people": For.INVITER,
    "POST /office/people": For.INVITER,
    "POST /office/people/{account}": For.INVITER,
    "GET /office/rules": For.OVERSEER,
    "GET /office/rules/{rule}": For.OVERSEER,
    "POST /office/rules/{rule}/switch": For.KEEPER,
    "GET /office/rules/simulate": For.KEEPER,
    "POST /office/rules/simulate": For.KEEPER,
    "GET /office/rules/simulate/{trial}": For.KEEPER,
    "GET /office/forms": For.KEEPER,
    "GET /office/forms/diff": For.KEEPER,
    "POST /office/forms/check": For.KEEPER,
    "POST /office/forms/publish": For.KEEPER,
    "POST /office/forms/retire": For.KEEPER,
    "GET /office/messages": For.KEEPER,
    "POST /office/messages/retry": For.KEEPER,
    "GET /office/reports": For.OVERSEER,
    "GET /office/reports/{report}{suffix}": For.OVERSEER,
    "GET /office/reports/inspection/{record}{suffix}": For.OVERSEER,
    "GET /office/tables": For.OVERSEER,
    "GET /office/tables/{table}.{format}": For.OVERSEER,
    "GET /office/settings": For.KEEPER,
    "GET /office/audit": For.READER,
}

MAY: dict[For, Callable[[Powers], bool]] = {
    For.OVERSEER: lambda powers: powers.exports,
    For.APPROVER: lambda powers: powers.approves,
    For.INVITER: lambda powers: bool(powers.invites),
    For.KEEPER: lambda powers: powers.administers,
    For.READER: lambda powers: powers.reads_log,
}

AREAS = {
    "grid": world.GRID,
    "village": world.VILLAGE,
    "township": world.TOWNSHIP,
    "county": world.COUNTY,
}


@dataclass(frozen=True, slots=True)
class Site:
    """The whole web side on a port."""

    base: str
    app: web.Application
    office: Office
    database: Database


def served(site: Site) -> set[str]:
    """Every route by its method and path."""
    routes = [*site.app.router.routes(), *site.office._pages.routes()]
    found = {f"{one.method} {_path(one)}" for one in routes if one.method != "HEAD"}
    return found - {"* /office", "* /office/{rest}"}  # the door of the office's own routes


def _path(route: web.AbstractRoute) -> str:
    assert route.resource
    return route.resource.canonical


@pytest.fixture
async def site(sqlite_database: Database, clock: TurnedClock) -> AsyncIterator[Site]:
    await world.settle(sqlite_database)
    sqlite_database.zone = SHANGHAI
    rules = ground(HOMES)
    house = House(Shelf(), SHANGHAI, lambda *_: {}, lambda *_: (), ground=lambda: rules)
    await keep_up(sqlite_database, rules)
    channel = WebChannel(DatabaseWebStore(sqlite_database, "zh"), clock)
    app = web.Application()
    channel.attach(app)
    Health.of(sqlite_database, ["web"]).attach(app)
    Metrics(sqlite_database, "http://127.0.0.1", None).attach(app)
    attach = partial(office.attach, database=sqlite_database, house=house, door=channel.door)
    attach(app)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()

    async def receive(_: Inbound) -> None:
        pass

    running = asyncio.create_task(channel.run(receive))
    await asyncio.sleep(0)
    yield Site(
        address_of(runner), app, Office(sqlite_database, house, channel.door), sqlite_database
    )
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    await runner.cleanup()


@contextlib.asynccontextmanager
async def browser(site: Site, actor: Actor | None) -> AsyncIterator[aiohttp.ClientSession]:
    """A browser that `actor` is signed in with; None: nobody."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(site.base, cookie_jar=jar) as page:
        if actor is not None:
            async with site.database.unit(OPERATOR, "test") as uow:
                link = await uow.invites.issue(
                    "web", account_id=actor.account_id, person_id=actor.person_id
                )
            async with page.post(f"/sign-in/{link}") as answer:
                assert answer.status == 200
        yield page


def filled(route: str, letter: str = "A") -> tuple[str, str]:
    """A route's method, and its path with something in each place."""
    method, path = route.split()
    values = {
        **{"{version}": "1", "{name}": "x", "{token}": "x" * 43, "{id}": "ABCDEFGH"},
        **{"{record}": "aa180558", "{kind}": "household", "{code}": f"H{letter}00001"},
        **{
            "{trial}": "x",
            "{report}": "food_drug_report",
            "{suffix}": ".xlsx",
            "{table}": "duties_month",
            "{number}": "1",
            "{rule}": "G02",
            "{format}": "csv",
            "{account}": "SAAAAAA",
        },
    }
    for name, value in values.items():
        path = path.replace(name, value)
    return method, path


async def ask(page: aiohttp.ClientSession, route: str, letter: str = "A") -> tuple[int, str]:
    """The status of a route and what came with it; a stream is left at once."""
    method, path = filled(route, letter)
    async with page.request(method, path, allow_redirects=False) as answer:
        if answer.content_type == "text/event-stream":
            return answer.status, ""
        return answer.status, (await answer.read()).decode(errors="replace")


def reveals(text: str, letters: str = "ABCD") -> bool:
    """Whether a page tells of anybody in the register, in these places."""
    text = re.sub(r"\d+\.\d+", "", text)  # a fraction may look like a telephone number
    told = world.SECRETS if letters == "ABCD" else ()
    codes = (f"{kind}{letter}0000" for kind in "HP" for letter in letters)
    return any(one in text for one in (*told, *codes))


async def test_every_route_stands_in_the_matrix(site: Site) -> None:
    assert served(site) == set(ROUTES)


async def test_without_a_cookie_there_is_nothing_of_anybody(site: Site) -> None:
    async with browser(site, None) as page:
        for route, whom in ROUTES.items():
            status, text = await ask(page, route)
            assert not reveals(text), route
            assert whom is For.ANYBODY or status in {303, 400, 401, 403}, (route, status)


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
            if whom in MAY and not MAY[whom](powers):
                assert status == 403, route
            foreign = [x for x, place in world.HOUSEHOLDERS.items() if not place.startswith(area)]
            assert not reveals(text, "".join(foreign) if powers.exports else "ABCD"), route


@pytest.mark.parametrize("role", STAFF_ROLES)
async def test_a_subject_is_a_page_for_who_oversees_its_area(site: Site, role: Role) -> None:
    powers = POWERS[role]
    area = AREAS[powers.level]
    actor = await world.hire(site.database, role, area)
    async with browser(site, actor) as page:
        for letter, place in world.HOUSEHOLDERS.items():
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
