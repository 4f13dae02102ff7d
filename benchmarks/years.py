"""Years of a township in a database, held against the oracle of the tests day by day.

    python -m benchmarks.years [--subjects 10000] [--workers 60] [--days 730] [--checked 100]

One home in so many (`--checked`) is told to the oracle, which computes everything again each day.
Each worker serves a grid and has a chat. Exit status 1 if tables and oracle differ, or if somebody
was told something twice or at a time that is not theirs.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Final

from benchmarks.obligations.ground import ENGINES, settled
from storage.areas import Area
from storage.database import Database
from storage.policy import OPERATOR
from tests import world
from tests.clock import TurnedClock
from tests.scheduler.duties import ground, settle
from tests.scheduler.story import AREAS, Often, Story

START: Final = date(2027, 2, 1)
IN_HOME: Final = 2
LOOKED_EVERY: Final = 30  # days


async def run(engine: str, homes: int, workers: int, days: int, checked: int) -> int:
    """How much went wrong; prints what was done."""
    began = time.perf_counter()
    async with settled(engine, 0) as database:
        assert isinstance(database.clock, TurnedClock)
        place = await settle(database, database.clock, START, ground())
        often = replace(Often(), visits=homes / 60, arrivals=homes / 5000, moves=homes / 5000)
        story = Story(place, Random(2027), often, checked, await _grids(database, workers))
        await story.hire()
        for _ in range(homes):
            await story.enter(START)
        await story.tick()
        wrong = 0
        for n in range(1, days + 1):
            looked = await story.day(START + timedelta(days=n))
            if looked and n % LOOKED_EVERY == 0:
                wrong += await _look(story, n, began)
        before = await place.states()
        await story.tick()
        wrong += before != await place.states()
        wrong += len(story.listeners.faults)
        for fault in story.listeners.faults[:10]:
            print(f"  {fault}")
        ended = sum(one[3] in _ENDS for one in before)
        print(f"{engine}: {len(before)} obligations, {ended} ended, {place.submitted} visits")
        print(f"{engine}: {workers} workers, sent {dict(story.listeners.sent)}")
        return wrong


_ENDS: Final = ("done_on_time", "done_late", "missed", "exempt", "cancelled")


async def _grids(database: Database, workers: int) -> Sequence[str]:
    """The grids of the townships, and so many more in their villages that each worker has one."""
    villages = [code[: len(world.VILLAGE)] for code in AREAS]
    more = [f"{villages[n % len(villages)]}{n + 101}" for n in range(max(workers - len(AREAS), 0))]
    async with database.unit(OPERATOR, "test") as uow:
        await uow.areas.put([Area(one, "grid", "-", one[: len(world.VILLAGE)]) for one in more])
    return (*AREAS, *more)


async def _look(story: Story, day: int, began: float) -> int:
    found = await story.differences()
    told = len(story.oracle.states(story.place.clock.now()))
    print(f"day {day}: {told} compared, {len(found)} differ, {time.perf_counter() - began:.0f} s")
    for key, (table, oracle) in list(found.items())[:5]:
        print(f"  {key}: {table}, the oracle says {oracle}")
    sys.stdout.flush()
    return len(found)


def main() -> int:
    """Live through them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subjects", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=60)
    parser.add_argument("--days", type=int, default=730)
    parser.add_argument("--checked", type=int, default=100)
    parser.add_argument("--engine", choices=ENGINES, default="sqlite")
    chosen = parser.parse_args()
    homes = chosen.subjects // IN_HOME
    wrong = run(chosen.engine, homes, chosen.workers, chosen.days, chosen.checked)
    return 1 if asyncio.run(wrong) else 0


if __name__ == "__main__":
    sys.exit(main())
