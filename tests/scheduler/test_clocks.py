"""Clocks that jump, zones with summer time, and months of any length."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduler.closing import keep_up
from storage.database import Database
from tests.clock import TurnedClock
from tests.scheduler.duties import ground, settle, someone
from tests.scheduler.making import rule

MONTHLY = rule(id="T01")
WEEKLY = rule(id="T02", every="1 week", late_entry_days=1, newcomer_days=0)


async def test_a_clock_that_jumps_back_changes_nothing(
    database: Database, clock: TurnedClock
) -> None:
    place = await settle(database, clock, date(2026, 9, 7), ground(MONTHLY, WEEKLY))
    await place.enter(someone("P1"), code="H1")
    await place.tick()
    await place.tick(date(2026, 10, 20))
    before = await place.states()
    await place.tick(date(2026, 9, 10))
    clock.turn(days=40)
    await place.tick()
    assert await place.states() == before


async def test_a_clock_that_jumps_ahead_misses_what_lies_between(
    database: Database, clock: TurnedClock
) -> None:
    place = await settle(database, clock, date(2026, 9, 7), ground(WEEKLY))
    await place.enter(someone("P1"), code="H1")
    await place.tick()
    await place.tick(date(2027, 9, 7))
    states = [one[3] for one in await place.states()]
    assert states[:-2] == ["missed"] * (len(states) - 2)
    assert len(states) == 53


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Santiago", "Asia/Beirut"])
async def test_a_day_without_midnight_or_with_an_hour_more(
    database: Database, clock: TurnedClock, zone: str
) -> None:
    place = await settle(database, clock, date(2026, 3, 1), ground(MONTHLY, WEEKLY))
    database.zone = ZoneInfo(zone)
    where = replace(place.ground, zone=ZoneInfo(zone))
    await place.enter(someone("P1"), code="H1")
    for _ in range(400):
        await keep_up(database, where)
        clock.turn(hours=23.5)
    found = [one for one in await place.states() if one[1] == "T02"]
    assert len({one[2] for one in found}) == len(found)
    assert len(found) == pytest.approx(400 * 23.5 / 24 / 7, abs=1.5)


@pytest.mark.parametrize(("month_end", "second"), [("clamp", "2028-03-01"), ("next", "2028-03-02")])
async def test_a_month_after_the_31st_of_january(
    database: Database, clock: TurnedClock, month_end: str, second: str
) -> None:
    own = rule(
        id="T03",
        anchor={"kind": "date", "date": "birth_date"},
        every="1 month",
        month_end=month_end,
    )
    place = await settle(database, clock, date(2028, 2, 2), ground(own))
    await place.enter(someone("P1", date(2028, 1, 31)), code="H1")
    for _ in range(40):
        await place.tick()
        clock.turn(days=1)
    assert second in {one[2] for one in await place.states()}


async def test_what_closes_in_an_outage_is_missed_and_not_lost(
    database: Database, clock: TurnedClock
) -> None:
    place = await settle(database, clock, date(2026, 9, 7), ground(WEEKLY))
    await place.enter(someone("P1"), code="H1")
    await place.tick(date(2026, 9, 8))
    clock.turn(days=10)
    await place.visit("P1", clock.now().date() - timedelta(days=9))
    assert [one[2:] for one in await place.states()] == [
        ("2026W37", "missed"),
        ("2026W38", "due_soon"),
    ]
    await place.tick()
    assert [one[3] for one in await place.states()] == ["missed", "due_soon"]
