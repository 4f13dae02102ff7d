"""Two years of a small township: the tables say at all times what the oracle says, and everybody
is told what they are to be told once, at a time that suits.

`python -m benchmarks.years` lives through the same with 10,000 people.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Final

from scheduler.intents import DIGEST, OVERDUE, REMINDER
from storage.database import Database
from tests.clock import TurnedClock
from tests.scheduler.duties import ground, settle
from tests.scheduler.story import Often, Story

START: Final = date(2027, 2, 1)
DAYS: Final = {"sqlite": 2 * 365, "postgresql": 100}
HOMES: Final = 2
SEED: Final = 9
OFTEN: Final = Often(visits=0.1, ticks=0.03, outages=0.01, rule_changes=0.007, unsure=0.05)


async def test_the_tables_agree_with_the_oracle_for_two_years(
    database: Database, clock: TurnedClock, engine: str
) -> None:
    place = await settle(database, clock, START, ground())
    story = Story(place, Random(SEED), OFTEN, full_every=4)
    await story.hire()
    for _ in range(HOMES):
        await story.enter(START)
    await story.tick()
    for n in range(1, DAYS[engine]):
        if await story.day(START + timedelta(days=n)):
            assert await story.differences() == {}
        assert story.faults == []
    assert story.listeners.sent.keys() >= {DIGEST, REMINDER, OVERDUE}
    await story.tick()
    await story.look()
    assert story.faults == []
    assert await story.differences() == {}
