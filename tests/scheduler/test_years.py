"""Two years of a small township: the tables say at all times what the oracle says, and everybody
is told what they are to be told once, at a time that suits."""

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
DAYS: Final = 2 * 365
HOMES: Final = 3
SEED: Final = 9


async def test_the_tables_agree_with_the_oracle_for_two_years(
    database: Database, clock: TurnedClock
) -> None:
    place = await settle(database, clock, START, ground())
    story = Story(place, Random(SEED), Often(visits=0.1, ticks=0.12))
    await story.hire()
    for _ in range(HOMES):
        await story.enter(START)
    await story.tick()
    for n in range(1, DAYS):
        looked = await story.day(START + timedelta(days=n))
        if looked and n % 4 == 0:
            assert await story.differences() == {}
        assert story.listeners.faults == []
    assert story.listeners.sent.keys() >= {DIGEST, REMINDER, OVERDUE}
    await story.tick()
    assert await story.differences() == {}
    before = await place.states()
    await story.tick()
    assert await place.states() == before
