"""Pages of the office over more and more people: how long one takes, and how that grows.

A made-up county has one duty a person and one record a person; a tenth of the duties is overdue.
A county administrator, who sees all of it, and a township supervisor open each page over real HTTP.
What counts is how the slow ones (p95) grow when everything is ten times as much. Where there is
much the office keeps its numbers for a minute; beside it stands how long it takes to count anew.

    python -m benchmarks.office [--people 100000 1000000] [--engine postgresql]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from statistics import median, quantiles
from typing import Any, Final

import aiohttp
from aiohttp import web
from sqlalchemy import LargeBinary, bindparam, text, update

from benchmarks.obligations import ground
from benchmarks.obligations.register import COUNTY
from bot import office
from bot.channels.web import WebChannel
from core.clock import SystemClock
from handlers.shelf import Shelf
from handlers.turn import House
from storage.database import Database
from storage.policy import OPERATOR, SYSTEM, Role
from storage.tables import Instant, account, person
from storage.web import DatabaseWebStore
from tests.clock import TurnedClock
from tests.scheduler.making import SHANGHAI

SIZES: Final = {"postgresql": (100_000, 1_000_000), "sqlite": (100_000, 500_000)}
TODAY: Final = date(2026, 11, 20)
GROWTH: Final = 3.0
"""How much longer the slow ones of a page may take with ten times as much behind it."""
TIMES: Final = 20

TOWNSHIP: Final = f"{COUNTY}100"
PAGES: Final = {
    "overview": "/office",
    "overdue list": "/office/overdue",
    "register search": "/office/register?q=P77",
    "records": "/office/records",
}

_AT_ONCE: Final = 50_000
_DUTIES: Final = """
INSERT INTO obligation (area_code, subject_kind, subject_id, household_id, rule_id, rule_version,
  rule_region, period_key, first, last, opens, due_soon, due, overdue, closes, opens_on, due_on,
  provisional, role, account_id, ended, ended_at)
SELECT area_code, 'person', id, household_id, 'B01', 1, '', '2026Q4', '2026-10-01', '2026-12-31',
  :opens, :opens, :due, CASE id % 10 WHEN 0 THEN :opens ELSE :due END, :due, '2026-10-01',
  '2026-12-31', false, 'grid_worker', NULL,
  CASE WHEN id % 10 < 6 AND id % 10 > 0 THEN 'done_on_time' END,
  CASE WHEN id % 10 < 6 AND id % 10 > 0 THEN :opens END
FROM person WHERE id > :first AND id <= :end
"""
_FORM: Final = """
INSERT INTO form (sha256, form_id, version, source_sha256, titles, offer, state, xform, attachments,
  published_at) VALUES ('f', 'visit', '1', 'f', '{"zh": "走访"}', '{"roles": [], "tags": []}',
  'replaced', :nothing, '{}', :opens)
"""
_RECORDS: Final = """
INSERT INTO submission (instance_id, area_code, form_id, form_version, form_sha256, subject_kind,
  subject_id, subject_code, account_id, channel, visit_date, entered_at, outcome, xml, answers,
  state)
SELECT 'uuid:' || id, area_code, 'visit', '1', 'f', 'person', id, code, 1, 'web', '2026-10-15',
  :opens, 'met', :nothing, :nothing, 'submitted'
FROM person WHERE id > :first AND id <= :end
"""
_NAMES: Final = "UPDATE person SET name = :named WHERE id > :first AND id <= :end"
_VALUES: Final = (
    bindparam("named", "赵某", person.c.name.type),
    bindparam("opens", datetime(2026, 10, 1, tzinfo=UTC), Instant),
    bindparam("due", datetime(2027, 1, 1, tzinfo=UTC), Instant),
    bindparam("nothing", b"-", LargeBinary),
)


def main() -> int:
    """Measure every size on every engine; 1 if a page grows too much."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=SIZES, nargs="*", default=list(SIZES))
    parser.add_argument("--people", type=int, nargs="*")
    asked = parser.parse_args()
    missed = [
        engine
        for engine in asked.engine
        if not asyncio.run(_grows_little(engine, asked.people or SIZES[engine]))
    ]
    return 1 if missed else 0


async def _grows_little(engine: str, sizes: Sequence[int]) -> bool:
    found: list[dict[str, float]] = []
    for people in sizes:
        found.append(await _measured(engine, people))
    limit = GROWTH * sizes[-1] / sizes[0] / 10 if sizes[-1] < 10 * sizes[0] else GROWTH
    well = True
    for page in found[0]:
        growth = found[-1][page] / found[0][page]
        well = well and growth <= limit
        spans = "  ".join(f"{1000 * one[page]:7.1f} ms" for one in found)
        print(f"{engine:10} {page:28} {spans}  x{growth:.1f}", flush=True)
    return well


async def _measured(engine: str, people: int) -> dict[str, float]:
    """The p95 of each page for each visitor, in seconds."""
    async with ground.settled(engine, people) as database:
        await _fill(database, people)
        print(f"{engine}: {people} people, {await _size(database) / 2**20:.0f} MiB", flush=True)
        ground.turn(database, TODAY)
        found = {}
        async with _served(database) as base:
            for role, area in (
                (Role.COUNTY_ADMINISTRATOR, COUNTY),
                (Role.TOWNSHIP_SUPERVISOR, TOWNSHIP),
            ):
                async with _browser(database, base, role, area) as page:
                    for name, path in PAGES.items():
                        one = f"{name}, {role.value.split('_')[0]}"
                        found[one] = await _p95(page, path)
                        anew = await _anew(database, page, path)
                        told = f"{1000 * found[one]:8.1f} ms, anew {1000 * anew:8.1f} ms"
                        print(f"  {one:28} {told}", flush=True)
        return found


async def _fill(database: Database, people: int) -> None:
    """One duty and one record a person."""
    async with database.unit(SYSTEM, "benchmark") as uow:
        await _run(uow.connection, _FORM)
        await uow.connection.execute(update(account).values(name="钱某"))
    for first in range(0, people, _AT_ONCE):
        async with database.unit(SYSTEM, "benchmark") as uow:
            for statement in (_NAMES, _DUTIES, _RECORDS):
                await _run(uow.connection, statement, first=first, end=first + _AT_ONCE)
    async with database.unit(SYSTEM, "benchmark") as uow:
        await _run(uow.connection, "ANALYZE")


async def _run(connection: Any, statement: str, **values: int) -> None:
    bound = [one for one in _VALUES if f":{one.key}" in statement]
    await connection.execute(text(statement).bindparams(*bound), values)


async def _size(database: Database) -> int:
    """Bytes of the database."""
    query = "SELECT pg_database_size(current_database())"
    if database.engine.dialect.name == "sqlite":
        query = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    async with database.reading(SYSTEM, "benchmark") as uow:
        return int((await uow.connection.execute(text(query))).scalar_one())


@asynccontextmanager
async def _served(database: Database) -> AsyncIterator[str]:
    """The office on a port."""
    rules = ground.by(ground.EVERYBODY)
    house = House(Shelf(), SHANGHAI, lambda *_: {}, lambda *_: (), ground=lambda: rules)
    channel = WebChannel(DatabaseWebStore(database, "zh"), SystemClock())
    app = web.Application()
    channel.attach(app)
    office.attach(app, database=database, house=house, door=channel.door)
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _browser(
    database: Database, base: str, role: Role, area: str
) -> AsyncIterator[aiohttp.ClientSession]:
    """Somebody of a role, signed in."""
    async with database.unit(OPERATOR, "benchmark") as uow:
        one = await uow.accounts.add("测", role, area)
        link = await uow.invites.issue("web", account_id=one.id)
    async with contextlib.AsyncExitStack() as opened:
        jar = aiohttp.CookieJar(unsafe=True)
        page = await opened.enter_async_context(aiohttp.ClientSession(base, cookie_jar=jar))
        async with page.post(f"/sign-in/{link}", allow_redirects=False) as answer:
            answer.raise_for_status()
        yield page


async def _p95(page: aiohttp.ClientSession, path: str) -> float:
    await _look(page, path)  # the first one loads what all need
    return quantiles([await _look(page, path) for _ in range(TIMES)], n=20)[-1]


async def _anew(database: Database, page: aiohttp.ClientSession, path: str) -> float:
    """The median of some looks, each after the numbers kept have run out."""
    clock = database.clock
    assert isinstance(clock, TurnedClock)
    took = []
    for _ in range(5):
        clock.turn(minutes=2)
        took.append(await _look(page, path))
    return median(took)


async def _look(page: aiohttp.ClientSession, path: str) -> float:
    begun = time.perf_counter()
    async with page.get(path) as answer:
        answer.raise_for_status()
        await answer.read()
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
