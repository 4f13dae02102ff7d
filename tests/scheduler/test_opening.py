"""Periods open for everybody whom they concern, once, whoever asks and however often."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest
from sqlalchemy import func, select

from scheduler.closing import keep_up
from storage.database import Database
from storage.obligation_tables import obligation
from storage.policy import OPERATOR, SYSTEM, Role
from storage.register import NewHousehold
from tests import world
from tests.clock import TurnedClock
from tests.scheduler.duties import ground, settle, someone
from tests.scheduler.making import rule

MONTHLY = rule(id="T01", population={"any_tags": ["lives_alone"], "minimum_age": 60})
HOMES = rule(id="T02", every="1 quarter", population={"subject": "household"})


async def test_a_period_opens_for_those_in_the_population(
    database: Database, clock: TurnedClock
) -> None:
    place = await settle(database, clock, date(2026, 9, 2), ground(MONTHLY, HOMES))
    await place.enter(
        someone("P1", date(1950, 6, 1), "lives_alone"),
        someone("P2", date(1950, 6, 1)),
        someone("P3", date(1990, 6, 1), "lives_alone"),
        code="H1",
    )
    await place.tick(date(2026, 9, 3))
    assert await place.states() == [
        ("H1", "T02", "2026Q3", "open"),
        ("P1", "T01", "2026-09", "open"),
    ]
    await place.tick(date(2026, 10, 1))
    assert await place.states() == [
        ("H1", "T02", "2026Q3", "overdue"),
        ("H1", "T02", "2026Q4", "open"),
        ("P1", "T01", "2026-09", "overdue"),
        ("P1", "T01", "2026-10", "open"),
    ]


async def test_a_tick_done_again_changes_nothing(database: Database, clock: TurnedClock) -> None:
    place = await settle(database, clock, date(2026, 9, 2), ground(MONTHLY, HOMES))
    await place.enter(someone("P1", date(1950, 6, 1), "lives_alone"), code="H1")
    first = await place.tick(date(2026, 9, 3))
    before = await place.states()
    assert first.opened == 2
    assert (await place.tick()).opened == 0
    assert await place.states() == before


async def test_two_replicas_that_tick_at_once_open_each_period_once(
    database: Database, clock: TurnedClock
) -> None:
    place = await settle(database, clock, date(2026, 9, 2), ground(MONTHLY, HOMES))
    for n in range(30):
        await place.enter(someone(f"P{n}", date(1950, 6, 1), "lives_alone"), code=f"H{n}")
    done = await asyncio.gather(*(keep_up(database, place.ground) for _ in range(3)))
    assert sum(one.opened for one in done) == 60
    assert len(await place.states()) == 60


async def test_who_comes_in_the_last_days_of_a_period_is_due_in_the_next(
    database: Database, clock: TurnedClock
) -> None:
    place = await settle(database, clock, date(2026, 9, 23), ground(MONTHLY))
    await place.tick()
    await place.enter(someone("P1", date(1950, 6, 1), "lives_alone"), code="H1")
    await place.tick()
    clock.turn(days=1)
    await place.enter(someone("P2", date(1950, 6, 1), "lives_alone"), code="H2")
    await place.tick()
    assert await place.states() == [("P1", "T01", "2026-09", "due_soon")]
    await place.tick(date(2026, 10, 1))
    assert [one[2] for one in await place.states() if one[0] == "P2"] == ["2026-10"]


async def test_who_comes_of_age_in_the_middle_is_opened_on_that_day(
    database: Database, clock: TurnedClock
) -> None:
    young = rule(id="T03", population={"maximum_age": 17})
    place = await settle(database, clock, date(2026, 9, 2), ground(MONTHLY, young))
    await place.enter(
        someone("P1", date(1966, 9, 12), "lives_alone"), someone("P2", date(2008, 9, 12)), code="H1"
    )
    await place.tick(date(2026, 9, 11))
    assert await place.states() == [("P2", "T03", "2026-09", "open")]
    await place.tick(date(2026, 9, 12))
    assert await place.states() == [
        ("P1", "T01", "2026-09", "open"),
        ("P2", "T03", "2026-09", "cancelled"),
    ]


async def test_an_outage_is_caught_up(database: Database, clock: TurnedClock) -> None:
    weekly = rule(id="T04", every="1 week", late_entry_days=1, newcomer_days=0)
    place = await settle(database, clock, date(2026, 9, 7), ground(weekly))
    await place.enter(someone("P1"), code="H1")
    await place.tick(date(2026, 9, 8))
    await place.tick(date(2026, 9, 25))
    assert await place.states() == [
        ("P1", "T04", "2026W37", "missed"),
        ("P1", "T04", "2026W38", "missed"),
        ("P1", "T04", "2026W39", "due_soon"),
    ]


@pytest.mark.parametrize(
    ("hired", "area", "owes"),
    [
        (Role.CHILD_DIRECTOR, world.VILLAGE, True),
        (Role.CHILD_DIRECTOR, world.SIBLING_VILLAGE, False),
        (Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP, True),
    ],
)
async def test_the_nearest_who_has_the_role_owes_it(
    database: Database, clock: TurnedClock, hired: Role, area: str, owes: bool
) -> None:
    place = await settle(database, clock, date(2026, 9, 2), ground(rule(who="child_director")))
    other = await world.hire(database, hired, area)
    await place.enter(someone("P1"), code="H1")
    await place.tick()
    async with database.unit(SYSTEM, "test") as uow:
        row = (await uow.connection.execute(select(obligation.c.account_id))).scalar_one()
    assert row == (other.account_id if owes else None)


async def test_a_quota_is_owed_by_workers_and_a_report_by_areas(
    database: Database, clock: TurnedClock
) -> None:
    quota = rule(
        id="T05",
        kind="quota",
        at_least=2,
        population={"subject": "worker", "roles": ["grid_worker"]},
    )
    report = rule(id="T06", kind="report", population={"subject": "area", "level": "village"})
    place = await settle(database, clock, date(2026, 9, 2), ground(quota, report))
    await place.tick()
    found = await place.states()
    assert [one[:3] for one in found if one[0] == "worker"] == [("worker", "T05", "2026-09")]
    assert len([one for one in found if one[0] == "area"]) == 3


async def test_progress_is_kept_so_that_nothing_is_asked_again(
    database: Database, clock: TurnedClock
) -> None:
    place = await settle(database, clock, date(2026, 9, 2), ground(MONTHLY))
    await place.enter(someone("P1", date(1950, 6, 1), "lives_alone"), code="H1")
    await place.tick()
    async with database.unit(SYSTEM, "test") as uow:  # what was opened before is not asked for
        await uow.connection.execute(obligation.delete())
    assert (await place.tick()).opened == 0
    await place.enter(someone("P2", date(1950, 6, 1), "lives_alone"), code="H2")
    assert (await place.tick()).opened == 1
    async with database.unit(SYSTEM, "test") as uow:
        count = (await uow.connection.execute(select(func.count(obligation.c.id)))).scalar_one()
    assert count == 1


async def test_nothing_opens_while_people_are_being_entered(
    database: Database, clock: TurnedClock
) -> None:
    place = await settle(database, clock, date(2026, 9, 2), ground(MONTHLY))
    await place.enter(someone("P1", date(1950, 6, 1), "lives_alone"), code="H1")
    if database.shared:  # SQLite's one writer has others wait
        async with database.unit(OPERATOR, "test") as uow:
            await uow.register.enter([NewHousehold("H2", world.GRID, "", ())], "test")
            assert (await place.tick()).opened == 0
    assert (await place.tick()).opened == 1
