"""A home that moves takes what it is owed with it, at once."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from scheduler.relocating import move_home
from storage.database import Database
from storage.obligation_tables import obligation
from storage.policy import SYSTEM, Role
from tests import world
from tests.clock import TurnedClock
from tests.scheduler.duties import ground, noon, settle, someone
from tests.scheduler.making import rule

EVERYBODY = rule(id="T01")
DONE = rule(id="T02", every="1 quarter", satisfied_by=[{"form": "survey"}])
HERE = rule(id="T03", region=world.TOWNSHIP)
THERE = rule(id="T04", region=world.OTHER_TOWNSHIP)


async def test_a_home_that_moves(database: Database, clock: TurnedClock) -> None:
    rules = (EVERYBODY, DONE, HERE, THERE)
    place = await settle(database, clock, date(2026, 9, 2), ground(*rules))
    other = await world.hire(database, Role.GRID_WORKER, world.OTHER_GRID)
    await place.enter(someone("P1"), code="H1")
    await place.tick()
    await place.visit("P1", date(2026, 9, 2), form_id="survey")
    async with database.unit(SYSTEM, "test") as uow:
        assert await move_home(uow, place.ground, 1, world.OTHER_GRID)
        one = obligation.c
        columns = (one.rule_id, one.area_code, one.account_id, one.ended)
        found = (await uow.connection.execute(select(*columns).order_by(one.rule_id))).all()
    was = place.worker.account_id
    assert [tuple(row) for row in found] == [
        ("T01", world.OTHER_GRID, other.account_id, None),
        ("T02", world.OTHER_GRID, was, "done_on_time"),
        ("T03", world.OTHER_GRID, was, "cancelled"),
        ("T04", world.OTHER_GRID, other.account_id, None),
    ]
    before = await place.states()
    assert (await place.tick()).opened == 0
    assert await place.states() == before


async def test_a_home_that_is_not_there_does_not_move(
    database: Database, clock: TurnedClock
) -> None:
    place = await settle(database, clock, date(2026, 9, 2), ground())
    async with database.unit(SYSTEM, "test") as uow:
        assert not await move_home(uow, place.ground, 7, world.OTHER_GRID)


async def test_what_was_settled_before_a_move_is_not_owed_again_after_it(
    database: Database, clock: TurnedClock
) -> None:
    """Ticks were away while September was settled and the home moved."""
    place = await settle(database, clock, date(2026, 9, 1), ground(EVERYBODY))
    await place.enter(someone("P1"), someone("P2"), code="H1")
    await place.tick(date(2026, 9, 2))
    await place.visit("P1", date(2026, 9, 2))
    clock.set(noon(date(2026, 10, 9)))
    async with database.unit(SYSTEM, "test") as uow:
        assert await move_home(uow, place.ground, 1, world.OTHER_GRID)
    longer = rule(id="T01", late_entry_days=14)
    place.ground = ground(longer)
    await place.tick(date(2026, 10, 10))
    assert [one for one in await place.states() if one[2] == "2026-09"] == [
        ("P1", "T01", "2026-09", "done_on_time"),
        ("P2", "T01", "2026-09", "missed"),
    ]
