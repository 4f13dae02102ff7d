"""Two simulated years of a township, held against the oracle of the tests and against what must
never happen.

    python -m benchmarks.years [--subjects 10000] [--workers 60] [--url URL | --engine postgresql]

Random visits and late entries, classes that change, homes that move, deaths, outages of up to ten
days and rules that change, all drawn from one `--seed`. Each worker serves a grid and has a chat;
now and then the messenger takes a message and nobody can tell.

* After each tick: each rung that was told was queued once, and sent once, or twice where nobody
  could tell; nothing but what is urgent or due before came by night or into an interview; nobody
  got two digests a day; the same tick done again did nothing.
* At every `--looked`-th day with a tick: each closed obligation is in one of the five end states,
  none is there twice, nothing that was closed has changed, each rung that has come is noted, two
  pictures of all tables around a tick that is done again are equal, and the tables say of one home
  in so many (`--checked`) what the oracle says, which computed everything again at each tick.

Exit status 1 if anything was wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Final

from sqlalchemy import func, select

from benchmarks.obligations.ground import ENGINES, settled
from scheduler.windows import ENDS
from storage import vault
from storage.areas import Area
from storage.database import Database
from storage.obligation_tables import obligation
from storage.policy import OPERATOR, SYSTEM
from storage.reminder_tables import reminder
from storage.vault import Vault
from tests import world
from tests.clock import TurnedClock
from tests.scheduler.duties import ground, noon, settle
from tests.scheduler.making import SHANGHAI
from tests.scheduler.story import AREAS, Often, Story

START: Final = date(2027, 2, 1)
IN_HOME: Final = 2


@dataclass(frozen=True, slots=True)
class Size:
    """How large the township is, for how long, on how many days of a hundred it ticks, and how
    closely it is looked at."""

    subjects: int = 10_000
    workers: int = 60
    days: int = 730
    ticks: int = 100
    checked: int = 100
    looked: int = 10
    seed: int = 2027

    @property
    def homes(self) -> int:
        return self.subjects // IN_HOME

    @property
    def often(self) -> Often:
        """Someone is visited in each home three times a year, and one in ten homes moves."""
        homes = self.homes
        ticks = self.ticks / 100
        return replace(Often(), visits=homes / 120, arrivals=0.1, moves=homes / 7300, ticks=ticks)


async def run(database: Database, size: Size) -> int:
    """Live through it; how much went wrong. Prints what was done."""
    assert isinstance(database.clock, TurnedClock)
    began = time.perf_counter()
    place = await settle(database, database.clock, START, ground())
    grids = await _grids(database, size.workers)
    story = Story(place, Random(size.seed), size.often, size.checked, grids, full_every=size.looked)
    await story.hire()
    for _ in range(size.homes):
        await story.enter(START)
    await story.tick()
    wrong = ticks = 0
    for n in range(1, size.days + 1):
        ticked = await story.day(START + timedelta(days=n))
        ticks += ticked
        if ticked and ticks % size.looked == 0:
            wrong += await _look(story, n, began)
    await story.tick()
    wrong += await _look(story, size.days, began) + len(story.faults)
    for fault in story.faults[:10]:
        print(f"  {fault}")
    await _tell(story, size, ticks, time.perf_counter() - began)
    return wrong


async def _grids(database: Database, workers: int) -> Sequence[str]:
    """The grids of the townships, and so many more in their villages that each worker has one."""
    villages = [code[: len(world.VILLAGE)] for code in AREAS]
    more = [f"{villages[n % len(villages)]}{n + 101}" for n in range(max(workers - len(AREAS), 0))]
    async with database.unit(OPERATOR, "test") as uow:
        await uow.areas.put([Area(one, "grid", "-", one[: len(world.VILLAGE)]) for one in more])
    return (*AREAS, *more)


async def _look(story: Story, day: int, began: float) -> int:
    await story.look()
    found = await story.differences()
    told = len(story.oracle.states(story.place.clock.now()))
    print(
        f"day {day}: {told} compared, {len(found)} differ, {len(story.faults)} faults,"
        f" {time.perf_counter() - began:.0f} s",
        flush=True,
    )
    for key, (table, oracle) in list(found.items())[:5]:
        print(f"  {key}: {table}, the oracle says {oracle}")
    return len(found)


async def _tell(story: Story, size: Size, ticks: int, seconds: float) -> None:
    one = obligation.c
    by_end = select(one.ended, func.count()).group_by(one.ended).order_by(one.ended)
    async with story.place.database.reading(SYSTEM, "test") as uow:
        ends = {row[0]: row[1] for row in await uow.connection.execute(by_end)}
        all_rungs = select(func.count()).select_from(reminder)
        rungs = (await uow.connection.execute(all_rungs)).scalar_one()
    kind = "PostgreSQL" if story.place.database.shared else "SQLite"
    listeners = story.listeners
    cpu = resource.getrusage(resource.RUSAGE_SELF)
    print(
        f"{kind}: {size.subjects} subjects, {size.workers} workers, {size.days} days, seed"
        f" {size.seed}: {seconds:.0f} s, {cpu.ru_utime + cpu.ru_stime:.0f} s CPU without the server"
    )
    print(f"{kind}: {ticks} days with ticks, {story.place.submitted} visits", dict(story.happened))
    print(f"{kind}: {sum(ends.values())} obligations, {ends.pop(None, 0)} open, ended {ends}")
    print(f"{kind}: {rungs} rungs noted, sent {dict(listeners.sent)}, {listeners.repeated} twice")
    assert ends.keys() <= {str(end) for end in ENDS}


@asynccontextmanager
async def _opened(engine: str, url: str | None) -> AsyncIterator[Database]:
    """The empty database at `url`, or a new one of a kind."""
    if url is None:
        async with settled(engine, 0) as database:
            yield database
        return
    vault.use(Vault(bytes(range(32))))
    found = await Database.open(url, TurnedClock(noon(START)), SHANGHAI)
    try:
        yield found
    finally:
        await found.close()


async def live(engine: str, url: str | None, size: Size) -> int:
    """Two years in a database; how much went wrong."""
    async with _opened(engine, url) as database:
        return await run(database, size)


def main() -> int:
    """Live through them."""
    parser = argparse.ArgumentParser(description=__doc__)
    usual = Size()
    for name in Size.__dataclass_fields__:
        parser.add_argument(f"--{name}", type=int, default=getattr(usual, name))
    parser.add_argument("--engine", choices=ENGINES, default="sqlite")
    parser.add_argument("--url", help="an empty database, instead of a new one of a kind")
    chosen = parser.parse_args()
    size = Size(**{name: getattr(chosen, name) for name in Size.__dataclass_fields__})
    return 1 if asyncio.run(live(chosen.engine, chosen.url, size)) else 0


if __name__ == "__main__":
    sys.exit(main())
