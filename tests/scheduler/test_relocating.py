"""A home that moves takes what it is owed with it, at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import select

from scheduler.deciding import accept_late
from scheduler.following import follow_charges
from scheduler.relocating import move_home, rehouse
from storage.database import Database
from storage.late_entries import LateEntries, LateEntry
from storage.obligation_tables import obligation
from storage.office_tables import charge
from storage.pension_tables import resident_request
from storage.policy import SYSTEM, Actor, Role
from storage.reassigning import Reassigning
from storage.request_tables import request
from storage.requests import Asking, Requests
from tests import world
from tests.clock import TurnedClock
from tests.scheduler.duties import ground, noon, settle, someone
from tests.scheduler.making import rule

EVERYBODY = rule(id="T01")
DONE = rule(id="T02", every="1 quarter", satisfied_by=[{"form": "survey"}])
HERE = rule(id="T03", region=world.TOWNSHIP)
THERE = rule(id="T04", region=world.OTHER_TOWNSHIP)
AT_HOME = rule(id="T05", population={"subject": "household"})

ABOVE: Final = Actor(Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP, account_id=99)
OTHER_ABOVE: Final = Actor(Role.TOWNSHIP_SUPERVISOR, world.OTHER_TOWNSHIP, account_id=98)


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


async def test_a_late_visit_goes_to_what_was_missed_where_the_home_lived_then(
    database: Database, clock: TurnedClock
) -> None:
    """Who oversaw the duty decides of it, and the new worker owes nothing less."""
    place = await settle(database, clock, date(2026, 9, 1), ground(EVERYBODY, AT_HOME, THERE))
    await world.hire(database, Role.GRID_WORKER, world.OTHER_GRID)
    await place.enter(someone("P1"), code="H1")
    await place.tick(date(2026, 9, 2))
    await place.tick(date(2026, 10, 9))
    async with database.unit(SYSTEM, "test") as uow:
        assert await move_home(uow, place.ground, 1, world.OTHER_GRID)
    before = await place.states()
    assert {one for one in before if one[2] == "2026-09"} == {
        ("H1", "T05", "2026-09", "missed"),
        ("P1", "T01", "2026-09", "missed"),
    }
    root = await place.visit("P1", date(2026, 9, 20))
    assert await place.states() == before
    assert await _late(database, OTHER_ABOVE) == []
    waiting = await _late(database, ABOVE)
    assert [(one.case.rule_id, one.case.area_code) for one in waiting] == [
        ("T05", world.GRID),
        ("T01", world.GRID),
    ]
    assert {one.call.root_id for one in waiting} == {root}
    number = waiting[1].case.id
    async with database.unit(OTHER_ABOVE, "test") as uow:
        assert await accept_late(uow, place.ground, number) is None
    async with database.unit(ABOVE, "test") as uow:
        assert await accept_late(uow, place.ground, number) is not None
    assert ("P1", "T01", "2026-09", "done_late") in await place.states()
    await place.visit("P1", date(2026, 10, 9), root_id=root, corrected=True)
    assert await _late(database, ABOVE) == []
    assert ("P1", "T01", "2026-10", "done_on_time") in await place.states()


async def test_a_late_visit_goes_to_what_moved_along(
    database: Database, clock: TurnedClock
) -> None:
    """In the days of late entry nothing is settled: it moves, and is done by who made the visit."""
    place = await settle(database, clock, date(2026, 9, 1), ground(EVERYBODY, AT_HOME))
    await world.hire(database, Role.GRID_WORKER, world.OTHER_GRID)
    await place.enter(someone("P1"), code="H1")
    await place.tick(date(2026, 9, 2))
    await place.tick(date(2026, 10, 3))
    async with database.unit(SYSTEM, "test") as uow:
        assert await move_home(uow, place.ground, 1, world.OTHER_GRID)
    await place.visit("P1", date(2026, 9, 20))
    assert [one for one in await place.states() if one[2] == "2026-09"] == [
        ("H1", "T05", "2026-09", "done_on_time"),
        ("P1", "T01", "2026-09", "done_on_time"),
    ]
    assert await _late(database, OTHER_ABOVE) == await _late(database, ABOVE) == []


async def test_a_late_visit_goes_to_what_somebody_missed_in_another_home(
    database: Database, clock: TurnedClock
) -> None:
    place = await settle(database, clock, date(2026, 9, 1), ground(EVERYBODY, AT_HOME))
    await place.enter(someone("P1"), someone("P2"), code="H1")
    await place.enter(someone("P3"), code="H2", area=world.OTHER_GRID)
    await place.tick(date(2026, 9, 2))
    await place.tick(date(2026, 10, 9))
    async with database.unit(SYSTEM, "test") as uow:
        assert await rehouse(uow, place.ground, 1, 2)
    await place.visit("P1", date(2026, 9, 20))
    found = [(one.case.rule_id, one.case.code) for one in await _late(database, ABOVE)]
    assert ("T01", "P1") in found


async def _late(database: Database, actor: Actor) -> Sequence[LateEntry]:
    async with database.unit(actor, "test") as uow:
        found, count = await LateEntries(uow.connection, uow.actor, uow.now).waiting()
    assert len(found) == count
    return sorted(found, key=lambda one: one.case.kind)


async def test_what_is_asked_moves_along_and_a_charge_of_elsewhere_ends(
    database: Database, clock: TurnedClock
) -> None:
    place = await settle(database, clock, date(2026, 9, 2), ground(EVERYBODY))
    other = await world.hire(database, Role.GRID_WORKER, world.OTHER_GRID)
    beside = await world.hire(database, Role.GRID_WORKER, world.SIBLING_GRID)
    await place.enter(someone("P1"), code="H1")
    await place.tick()
    async with database.unit(place.worker, "test") as uow:
        (duty,) = (await uow.connection.execute(select(obligation.c.id))).scalars()
        requests = Requests(uow.connection, uow.actor, uow.now)
        assert await requests.ask(Asking(duty, "exempt", "hospital"))
    async with database.unit(SYSTEM, "test") as uow:
        chat = await uow.conversations.load("paper", "resident", "zh")
        assert await uow.resident_requests.ask(1, chat.id, "visit", "")
        reassigning = Reassigning(uow.connection, uow.actor, uow.now)
        assert beside.account_id and place.worker.account_id
        await reassigning.give_home(1, "grid_worker", place.worker.account_id, beside.account_id)
        assert await move_home(uow, place.ground, 1, world.OTHER_GRID)
        for table in (request, resident_request):
            areas = (await uow.connection.execute(select(table.c.area_code))).scalars()
            assert list(areas) == [world.OTHER_GRID]
        assert (await uow.connection.execute(select(charge))).all() == []
    await follow_charges(database)
    async with database.unit(SYSTEM, "test") as uow:
        owner = (await uow.connection.execute(select(obligation.c.account_id))).scalar_one()
        assert owner == other.account_id
    above = Actor(Role.TOWNSHIP_SUPERVISOR, world.OTHER_TOWNSHIP, account_id=999)
    async with database.unit(above, "test") as uow:
        assert (await Requests(uow.connection, uow.actor, uow.now).waiting(0, 5))[1] == 1
        assert await uow.resident_requests.count() == 1
