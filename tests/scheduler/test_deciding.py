"""What a supervisor decides of duties: departures, exemptions, and visits that came too late."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from scheduler.deciding import accept_late, exempt, refuse_late
from scheduler.effects import Effect
from storage.database import Database
from storage.departures import Departures
from storage.late_entries import LateEntries
from storage.overdue import Overdue
from storage.policy import Actor, Role
from storage.reviews import NUDGES_A_DAY, Reviews
from tests import world
from tests.clock import TurnedClock
from tests.scheduler.duties import Place, ground, settle, someone
from tests.scheduler.making import rule

ABOVE: Final = Actor(Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP, account_id=99)
OTHER: Final = Actor(Role.TOWNSHIP_SUPERVISOR, world.OTHER_TOWNSHIP, account_id=99)
MONTHLY: Final = rule(id="T01")
TWICE: Final = rule(id="T02", at_least=2)
GONE: Final = Effect.model_validate(
    {"form": "elderly_followup", "question": "outcome", "values": ["moved"], "leaves": "moved"}
)


async def place_with(database: Database, clock: TurnedClock, *rules: object) -> Place:
    where = ground(*rules, effects=(GONE,))  # type: ignore[arg-type]
    place = await settle(database, clock, date(2026, 8, 3), where)
    await place.enter(someone("P1"), code="H1")
    await place.tick(date(2026, 9, 1))
    return place


async def late(place: Place, actor: Actor = ABOVE) -> list[tuple[str, str]]:
    async with place.database.unit(actor, "test") as uow:
        found, _ = await LateEntries(uow.connection, uow.actor, uow.now).waiting()
    return [(one.case.rule_id, one.call.root_id) for one in found]


async def accept(place: Place, number: int, actor: Actor = ABOVE) -> bool:
    async with place.database.unit(actor, "test") as uow:
        return await accept_late(uow, place.ground, number) is not None


async def test_a_late_entry_counts_once_a_supervisor_accepts_it(
    database: Database, clock: TurnedClock
) -> None:
    place = await place_with(database, clock, MONTHLY)
    await place.tick(date(2026, 10, 20))
    root = await place.visit("P1", date(2026, 9, 20))
    assert ("P1", "T01", "2026-09", "missed") in await place.states()
    assert await late(place) == [("T01", root)]
    assert await late(place, OTHER) == []
    async with database.unit(ABOVE, "test") as uow:
        ((one,), _) = await LateEntries(uow.connection, uow.actor, uow.now).waiting()
    assert not await accept(place, one.case.id, OTHER)
    assert await accept(place, one.case.id)
    assert ("P1", "T01", "2026-09", "done_late") in await place.states()
    assert await late(place) == []
    assert not await accept(place, one.case.id)


async def test_nobody_accepts_a_late_entry_of_a_duty_of_their_own(
    database: Database, clock: TurnedClock
) -> None:
    place = await place_with(database, clock, MONTHLY)
    await place.tick(date(2026, 10, 20))
    await place.visit("P1", date(2026, 9, 20))
    async with database.unit(ABOVE, "test") as uow:
        ((one,), _) = await LateEntries(uow.connection, uow.actor, uow.now).waiting()
    own = replace(ABOVE, account_id=place.worker.account_id)
    assert not await accept(place, one.case.id, own)
    assert ("P1", "T01", "2026-09", "missed") in await place.states()
    assert await accept(place, one.case.id)


async def test_nobody_decides_of_a_late_visit_that_they_made_in_a_workers_place(
    database: Database, clock: TurnedClock
) -> None:
    place = await place_with(database, clock, MONTHLY)
    await place.tick(date(2026, 10, 20))
    caller = await world.hire(database, Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP)
    root = await place.visit("P1", date(2026, 9, 20), account_id=caller.account_id)
    assert await late(place, caller) == []
    assert await late(place) == [("T01", root)]
    async with database.unit(ABOVE, "test") as uow:
        ((one,), _) = await LateEntries(uow.connection, uow.actor, uow.now).waiting()
    assert not await accept(place, one.case.id, caller)
    async with database.unit(caller, "test") as uow:
        assert not await refuse_late(uow, one.case.id, "wrong_day")
    assert await accept(place, one.case.id)


async def test_one_late_entry_is_no_two(database: Database, clock: TurnedClock) -> None:
    place = await place_with(database, clock, TWICE)
    await place.tick(date(2026, 10, 20))
    await place.visit("P1", date(2026, 9, 20))
    async with database.unit(ABOVE, "test") as uow:
        ((one,), _) = await LateEntries(uow.connection, uow.actor, uow.now).waiting()
    assert not await accept(place, one.case.id)
    await place.visit("P1", date(2026, 9, 22))
    assert await accept(place, one.case.id)


async def test_a_late_entry_that_is_refused_waits_no_more_and_is_kept(
    database: Database, clock: TurnedClock
) -> None:
    place = await place_with(database, clock, TWICE)
    await place.tick(date(2026, 10, 20))
    for day in (20, 22):
        await place.visit("P1", date(2026, 9, day))
    assert len(await late(place)) == 2
    async with database.unit(ABOVE, "test") as uow:
        ((one, _), count) = await LateEntries(uow.connection, uow.actor, uow.now).waiting()
        assert count == 2
    number = one.case.id
    async with database.unit(OTHER, "test") as uow:
        assert not await refuse_late(uow, number, "wrong_day")
    async with database.unit(ABOVE, "test") as uow:
        assert await refuse_late(uow, number, "wrong_day") == [place.worker.account_id]
        assert not await refuse_late(uow, number, "wrong_day")
    assert await late(place) == []
    assert not await accept(place, number)
    assert ("P1", "T02", "2026-09", "missed") in await place.states()


async def test_late_entries_are_turned_over_page_by_page(
    database: Database, clock: TurnedClock
) -> None:
    place = await place_with(database, clock, MONTHLY)
    for number in (2, 3):
        await place.enter(someone(f"P{number}"), code=f"H{number}")
    await place.tick(date(2026, 10, 20))
    for number in (1, 2, 3):
        await place.visit(f"P{number}", date(2026, 9, 20))
    seen = []
    for page in (0, 1):
        async with database.unit(ABOVE, "test") as uow:
            some, count = await LateEntries(uow.connection, uow.actor, uow.now).waiting(page, 2)
            seen += [one.case.code for one in some]
            assert count == 3
    assert seen == ["P1", "P2", "P3"]


async def test_only_what_is_open_is_lifted(database: Database, clock: TurnedClock) -> None:
    place = await place_with(database, clock, MONTHLY)
    async with database.unit(ABOVE, "test") as uow:
        overdue = Overdue(uow.connection, uow.actor, uow.now)
        (case, *_) = await overdue.history("person", 1, world.GRID, 5)
    async with database.unit(OTHER, "test") as uow:
        assert not await exempt(uow, case, "hospital")
    async with database.unit(ABOVE, "test") as uow:
        assert await exempt(uow, case, "hospital")
        assert not await exempt(uow, case, "other")
    assert ("P1", "T01", "2026-09", "exempt") in await place.states()


async def test_who_left_waits_for_who_oversees_them(database: Database, clock: TurnedClock) -> None:
    place = await place_with(database, clock, MONTHLY)
    await place.visit("P1", date(2026, 9, 1), {"outcome": "moved"}, outcome="moved")
    async with database.unit(OTHER, "test") as uow:
        assert await Departures(uow.connection, uow.actor).waiting() == ([], 0)
        assert await Departures(uow.connection, uow.actor).refuse(1) is None
    async with database.unit(ABOVE, "test") as uow:
        departures = Departures(uow.connection, uow.actor)
        (one,), count = await departures.waiting()
        assert (one.code, one.kind, one.surname, count) == ("P1", "moved", "测", 1)
        assert await departures.refuse(1) == one
        assert await departures.waiting() == ([], 0)
    assert await place.confirm("P1") is None


async def test_a_worker_is_reminded_once_a_day_of_a_subject_and_not_too_often(
    database: Database, clock: TurnedClock
) -> None:
    place = await place_with(database, clock, MONTHLY, TWICE)
    for number in range(2, 8):
        await place.enter(someone(f"P{number}"), code=f"H{number}")
    await place.tick(date(2026, 9, 2))
    async with database.unit(ABOVE, "test") as uow:
        reviews = Reviews(uow.connection, uow.actor, uow.clock)
        overdue = Overdue(uow.connection, uow.actor, uow.now)
        owed = [await overdue.history("person", one, world.GRID, 1) for one in range(1, 8)]
        both = await overdue.history("person", 1, world.GRID, 2)
        by, day = place.worker.account_id, date(2026, 9, 2)
        assert by and len(both) == 2
        assert [await reviews.nudge(one, day, by) for one in both] == ["now", "already"]
        rest = [await reviews.nudge(one, day, by) for (one,) in owed[1:]]
        assert rest == ["now"] * (NUDGES_A_DAY - 1) + ["enough"] * (7 - NUDGES_A_DAY)
        assert await reviews.nudge(both[0], date(2026, 9, 3), by) == "now"
