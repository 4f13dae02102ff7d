"""Every route of the program, whom it answers, and the whole web side with people in five places.

Somebody may stand in their own area, below a parent's, beside a sibling's or in a foreign one.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

import aiohttp
from aiohttp import web

from bot import api, office, openrosa
from bot.api.openapi import document
from bot.api.server import _MAKE
from bot.channels.telegram.webhook import Hook, Webhook
from bot.channels.web import WebChannel
from bot.health import Health
from bot.metrics import Metrics
from bot.office.office import Office
from bot.openrosa.server import Collect
from core.messages import Inbound
from core.ports import Clock
from handlers.shelf import Shelf
from handlers.turn import House
from scheduler.closing import keep_up
from storage.areas import Area
from storage.database import Database
from storage.policy import OPERATOR, Actor, Powers
from storage.register import NewHousehold, NewPerson
from storage.web import DatabaseWebStore
from tests import world
from tests.bot.channels.web.site import address_of
from tests.handlers.matrix import HOMES
from tests.scheduler.duties import ground
from tests.scheduler.making import SHANGHAI


class For(Enum):
    """Whom a route answers."""

    ANYBODY = "the program's own files, and doors that ask for a secret"
    SIGNED_IN = "who has a cookie, about themselves"
    OFFICE = "who has anything in the office"
    COUNTER = "who is told how much is done, in numbers"
    REPORTER = "who is told the numbers of some records"
    OVERSEER = "who reads the records of others, within their area"
    APPROVER = "who decides what is asked in their area"
    INVITER = "who lets others in"
    KEEPER = "who administers the deployment"
    READER = "who reads the log"
    TOKEN = "who shows a token or a secret that no browser has"


ROUTES = {
    "GET /": For.ANYBODY,  # without a cookie: how to come in, and nothing else
    "GET /web/{version}/{name}": For.ANYBODY,
    "GET /worker.js": For.ANYBODY,
    "GET /manifest.webmanifest": For.ANYBODY,
    "GET /favicon.ico": For.ANYBODY,
    "GET /guest": For.ANYBODY,  # a chat of nobody's
    "POST /guest": For.ANYBODY,
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
    "GET /office": For.OFFICE,
    "GET /office/trend": For.COUNTER,
    "GET /office/burden": For.OVERSEER,
    "GET /office/asked-twice": For.OVERSEER,
    "GET /office/overdue": For.OVERSEER,
    "GET /office/records": For.OVERSEER,
    "GET /office/records/{record}": For.OVERSEER,
    "GET /office/records/{record}/history": For.OVERSEER,
    "GET /office/records/{record}/media/{file}": For.OVERSEER,
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
    "GET /office/rules/{rule}/coverage": For.COUNTER,
    "GET /office/rules/{rule}/waiting": For.OVERSEER,
    "GET /office/overdue/file.{format}": For.OVERSEER,
    "GET /office/duties/{duty}": For.APPROVER,
    "POST /office/duties/{duty}/remind": For.APPROVER,
    "POST /office/duties/{duty}/exempt": For.APPROVER,
    "POST /office/overdue/remind": For.APPROVER,
    "POST /office/overdue/reassign": For.APPROVER,
    "POST /office/overdue/give": For.APPROVER,
    "POST /office/purpose": For.OVERSEER,
    "POST /office/records/approve": For.APPROVER,
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
    "POST /office/forms/offer": For.KEEPER,
    "GET /office/interfaces": For.KEEPER,
    "POST /office/interfaces/collect": For.KEEPER,
    "POST /office/interfaces/read": For.KEEPER,
    "POST /office/interfaces/{number}/revoke": For.KEEPER,
    "GET /office/messages": For.KEEPER,
    "POST /office/messages/calls": For.KEEPER,
    "POST /office/messages/records": For.KEEPER,
    "POST /office/messages/retry": For.KEEPER,
    "GET /office/reports": For.REPORTER,
    "GET /office/reports/{report}{suffix}": For.REPORTER,
    "GET /office/reports/inspection/{record}{suffix}": For.OVERSEER,
    "GET /office/tables": For.OVERSEER,
    "GET /office/tables/{table}.{format}": For.OVERSEER,
    "GET /office/settings": For.KEEPER,
    "GET /office/audit": For.READER,
    "POST /telegram/{hook}": For.TOKEN,
    "GET /key/{token}/formList": For.TOKEN,
    "GET /key/{token}/forms/{form}.xml": For.TOKEN,
    "GET /key/{token}/forms/{form}/manifest": For.TOKEN,
    "GET /key/{token}/forms/{form}/{file}": For.TOKEN,
    "HEAD /key/{token}/submission": For.TOKEN,
    "POST /key/{token}/submission": For.TOKEN,
    "GET /api/v1/areas": For.TOKEN,
    "GET /api/v1/forms": For.TOKEN,
    "GET /api/v1/obligations": For.TOKEN,
    "GET /api/v1/subjects": For.TOKEN,
    "GET /api/v1/submissions": For.TOKEN,
    "GET /api/v1/submissions/{instance_id}": For.TOKEN,
}
"""Every route of the program. `/api/v1/openapi.json` describes, and is the same for everybody."""

ENTRANCES = {"* /office", "* /office/{rest}", "* /key/{token}/{rest}", "* /api/v1/{rest}"}
"""Doors of parts that have a table of their own, which stands above."""

MAY: dict[For, Callable[[Powers], bool]] = {
    For.OFFICE: lambda powers: powers.exports or powers.counts or powers.reads_log,
    For.COUNTER: lambda powers: powers.exports or powers.counts,
    For.REPORTER: lambda powers: powers.exports or bool(powers.reports),
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


FOREIGN_GRID = "990303001101001"
PLACES = world.HOUSEHOLDERS | {"E": FOREIGN_GRID}
"""By letter of the household: one's own grid, its sibling, another village, another township,
another county."""

HOOK = Hook.of("https://visit.example", "1000:x", "secret")


@dataclass(frozen=True, slots=True)
class Site:
    """The whole web side on a port."""

    base: str
    app: web.Application
    office: Office
    database: Database


def table(app: web.Application, office: Office, phones: Collect) -> set[str]:
    """Every route by its method and path, those of the parts too."""
    routes = [*app.router.routes(), *office._pages.routes()]
    found = {f"{one.method} {_path(one)}" for one in routes if one.method != "HEAD"}
    found |= {f"{one.method} {_path(one)}" for one in phones._routes.routes()}
    return (found - ENTRANCES) | {f"GET {path}" for path in _api()}


def _api() -> set[str]:
    """What the read API answers: what it is made of, and what it says of itself."""
    answered = {f"/api/v1/{name}" for name in _MAKE}
    return answered | set(document()["paths"])


def _path(route: web.AbstractRoute) -> str:
    assert route.resource
    return re.sub(r"^/telegram/[0-9a-f]{48}$", "/telegram/{hook}", route.resource.canonical)


def whole(site: Site) -> set[str]:
    """Every route of a site."""
    return table(site.app, site.office, Collect(site.database, site.office.desk.house, site.base))


async def settle(database: Database) -> House:
    """People in every place, and their duties open."""
    await world.settle(database)
    async with database.unit(OPERATOR, "test") as uow:
        await uow.areas.put(_foreign())
        grandmother = NewPerson("PE00001", "佘桂兰", "f", date(1950, 3, 5), True)
        home = NewHousehold("HE00001", FOREIGN_GRID, "外县暗号街", (grandmother,))
        await uow.register.enter([home], "test")
    database.zone = SHANGHAI
    rules = ground(HOMES)
    await keep_up(database, rules)
    return House(Shelf(), SHANGHAI, lambda *_: {}, lambda *_: (), ground=lambda: rules)


def _foreign() -> Iterable[Area]:
    levels = {6: "county", 9: "township", 12: "village", 15: "grid"}
    above = None
    for length, level in levels.items():
        yield Area(FOREIGN_GRID[:length], level, "外地", above)
        above = FOREIGN_GRID[:length]


@contextlib.asynccontextmanager
async def running(database: Database, clock: Clock) -> AsyncIterator[Site]:
    """All that the program serves, on a port of this machine, until the end of the block."""
    house = await settle(database)
    channel = WebChannel(DatabaseWebStore(database, "zh"), clock, guests=True)
    app = web.Application()
    channel.attach(app)
    Health.of(database, ["web"]).attach(app)
    Metrics(database, "http://127.0.0.1", None).attach(app)
    office.attach(app, database=database, house=house, door=channel.door)
    openrosa.attach(app, database=database, house=house, base_url="")
    api.attach(app, database=database)
    Webhook(HOOK).attach(app)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()

    async def receive(_: Inbound) -> None:
        pass

    taking = asyncio.create_task(channel.run(receive))
    await asyncio.sleep(0)
    try:
        yield Site(address_of(runner), app, Office(database, house, channel.door), database)
    finally:
        taking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await taking
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
            "{duty}": "1",
            "{report}": "food_drug_report",
            "{suffix}": ".xlsx",
            "{table}": "duties_month",
            "{number}": "1",
            "{rule}": "G02",
            "{format}": "csv",
            "{account}": "SAAAAAA",
            "{form}": "household_visit",
            "{file}": "subjects.csv",
            "{hook}": HOOK.path.rpartition("/")[2],
            "{instance_id}": "uuid:1",
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


def reveals(text: str, letters: str = "ABCDE") -> bool:
    """Whether a page tells of anybody in the register, in these places."""
    text = re.sub(r"\d+\.\d+", "", text)  # a fraction may look like a telephone number
    told = world.SECRETS if letters == "ABCDE" else ()
    codes = (f"{kind}{letter}0000" for kind in "HP" for letter in letters)
    return any(one in text for one in (*told, *codes))
