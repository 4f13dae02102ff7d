"""Years of a township in a database, held against the oracle of the tests day by day.

    python -m benchmarks.years [--subjects 10000] [--days 730] [--checked 100] [--engine sqlite]

One home in so many (`--checked`) is told to the oracle, which computes everything again each day.
Exit status 1 if tables and oracle differ.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Final

from benchmarks.obligations.ground import ENGINES, settled
from tests.clock import TurnedClock
from tests.scheduler.duties import ground, settle
from tests.scheduler.story import Often, Story

START: Final = date(2027, 2, 1)
IN_HOME: Final = 2
LOOKED_EVERY: Final = 30  # days


async def run(engine: str, homes: int, days: int, checked: int) -> int:
    """How many differences there were; prints what was done."""
    began = time.perf_counter()
    async with settled(engine, 0) as database:
        assert isinstance(database.clock, TurnedClock)
        place = await settle(database, database.clock, START, ground())
        often = replace(Often(), visits=homes / 60, arrivals=homes / 5000, moves=homes / 5000)
        story = Story(place, Random(2027), often, checked)
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
        ended = sum(one[3] in _ENDS for one in before)
        print(f"{engine}: {len(before)} obligations, {ended} ended, {place.submitted} visits")
        return wrong


_ENDS: Final = ("done_on_time", "done_late", "missed", "exempt", "cancelled")


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
    parser.add_argument("--days", type=int, default=730)
    parser.add_argument("--checked", type=int, default=100)
    parser.add_argument("--engine", choices=ENGINES, default="sqlite")
    chosen = parser.parse_args()
    homes = chosen.subjects // IN_HOME
    return 1 if asyncio.run(run(chosen.engine, homes, chosen.days, chosen.checked)) else 0


if __name__ == "__main__":
    sys.exit(main())
