"""What an account owes now, and the last visits to somebody: each as far as the actor sees it."""

from __future__ import annotations

from datetime import date

import pytest

from storage.database import Database
from storage.obligations_duties import Duties
from storage.policy import OPERATOR, SYSTEM, Actor, Role
from storage.reassigning import Reassigning
from storage.requests import Asking, Requests
from storage.subject_visits import SubjectVisits
from tests import world
from tests.clock import TurnedClock
from tests.scheduler.duties import Place, ground, settle, someone
from tests.scheduler.making import rule

TODAY = date(2026, 9, 28)


@pytest.fixture
async def place(database: Database, clock: TurnedClock) -> Place:
    """Two people, of whom one is a child, and their household are to be visited every month."""
    homes = rule(id="T02", population={"subject": "household"})
    here = await settle(database, clock, date(2026, 9, 2), ground(rule(), homes))
    await here.enter(someone("PAAAAAA"), someone("PBBBBBB", date(2018, 1, 1)), code="HAAAAAA")
    await here.tick(TODAY)
    return here


async def test_it_tells_what_was_put_off_and_what_waits(place: Place) -> None:
    assert place.worker.account_id
    async with place.database.unit(place.worker, "test") as uow:
        reads = Duties(uow.connection, uow.actor, uow.now)
        owed = await reads.of_account(place.worker.account_id)
        assert [(one.rule_id, one.code, one.home) for one in owed] == [
            ("T01", "PAAAAAA", "HAAAAAA"),
            ("T01", "PBBBBBB", "HAAAAAA"),
            ("T02", "HAAAAAA", ""),
        ]
        assert len({one.household_id for one in owed}) == 1
        requests = Requests(uow.connection, uow.actor, uow.now)
        await requests.put_off(owed[0].id, 1, date(2026, 9, 30))
        await requests.put_off(owed[0].id, 1, date(2026, 9, 29))  # the same press again
        await requests.ask(Asking(owed[1].id, "exempt", "away"))
        one, other, _ = await reads.of_account(place.worker.account_id)
        assert (one.snoozes, one.snoozed, one.asked) == (1, date(2026, 9, 30), None)
        assert (other.snoozes, other.snoozed, other.asked) == (0, None, "exempt")
        assert await reads.one(one.id) == one
        week = date(2026, 10, 4)
        assert await reads.counts(place.worker.account_id, week, TODAY) == (0, 2)
        assert await reads.counts(place.worker.account_id, TODAY, TODAY) == (0, 0)


async def test_in_brief_it_is_the_same_that_is_owed(place: Place) -> None:
    assert place.worker.account_id
    async with place.database.unit(place.worker, "test") as uow:
        reads = Duties(uow.connection, uow.actor, uow.now)
        first, *_ = await reads.of_account(place.worker.account_id)
        await Requests(uow.connection, uow.actor, uow.now).put_off(first.id, 1, date(2026, 9, 30))
        owed = {one.id: one for one in await reads.of_account(place.worker.account_id)}
        brief = await reads.in_brief(place.worker.account_id)
        for one in brief:
            whole = owed[one.id]
            assert all(getattr(one, name) == getattr(whole, name) for name in one.__slots__)
        assert len(brief) == len(owed) == 3
        many = [*owed, *range(10_000, 10_015)]
        assert {one.id: one for one in await reads.some(many)} == owed
    async with place.database.unit(Actor(Role.NOBODY), "test") as uow:
        reads = Duties(uow.connection, uow.actor, uow.now)
        assert await reads.in_brief(place.worker.account_id) == []
        assert await reads.some(list(owed)) == []


async def test_what_is_overdue_is_counted_though_it_was_put_off(place: Place) -> None:
    assert place.worker.account_id
    async with place.database.unit(place.worker, "test") as uow:
        reads = Duties(uow.connection, uow.actor, uow.now)
        (first, *_) = await reads.of_account(place.worker.account_id)
        await Requests(uow.connection, uow.actor, uow.now).put_off(first.id, 1, date(2026, 10, 2))
    await place.tick(date(2026, 10, 1))
    async with place.database.unit(place.worker, "test") as uow:
        reads = Duties(uow.connection, uow.actor, uow.now)
        late, _ = await reads.counts(place.worker.account_id, date(2026, 10, 1), uow.today)
        assert late == 3


async def test_the_last_word_counts_and_only_of_whom_the_duty_belongs_to(place: Place) -> None:
    assert place.worker.account_id
    async with place.database.unit(place.worker, "test") as uow:
        reads = Duties(uow.connection, uow.actor, uow.now)
        (first, *_) = await reads.of_account(place.worker.account_id)
        requests = Requests(uow.connection, uow.actor, uow.now)
        await requests.put_off(first.id, 1, date(2026, 9, 30))
        await requests.put_off(first.id, 2, date(2026, 9, 29))
        (first, *_) = await reads.of_account(place.worker.account_id)
        assert (first.snoozes, first.snoozed) == (2, date(2026, 9, 29))
    other = await world.hire(place.database, Role.GRID_WORKER, world.GRID)
    assert other.account_id
    async with place.database.unit(OPERATOR, "test") as uow:
        moving = Reassigning(uow.connection, uow.actor, uow.now)
        assert await moving.give_one(first.id, other.account_id) == 1
    async with place.database.unit(other, "test") as uow:
        reads = Duties(uow.connection, uow.actor, uow.now)
        (first,) = await reads.of_account(other.account_id)
        assert (first.snoozes, first.snoozed) == (2, None)
        assert await reads.counts(other.account_id, date(2026, 10, 4), TODAY) == (0, 1)


async def test_others_owe_nothing_that_one_sees(place: Place) -> None:
    assert place.worker.account_id
    boss = await world.hire(place.database, Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP)
    for actor in (boss, Actor(Role.NOBODY)):
        async with place.database.unit(actor, "test") as uow:
            reads = Duties(uow.connection, uow.actor, uow.now)
            assert await reads.of_account(place.worker.account_id) == []
            assert await reads.one(1) is None
    async with place.database.unit(SYSTEM, "test") as uow:
        reads = Duties(uow.connection, uow.actor, uow.now)
        assert len(await reads.of_account(place.worker.account_id)) == 3


async def test_visits_are_told_to_whom_the_people_concern(place: Place) -> None:
    await place.visit("PAAAAAA", date(2026, 9, 20))
    await place.visit("PBBBBBB", date(2026, 9, 27))
    director = await world.hire(place.database, Role.CHILD_DIRECTOR, world.VILLAGE)
    away = await world.hire(place.database, Role.GRID_WORKER, world.OTHER_GRID)
    seen = {}
    for name, actor in (("worker", place.worker), ("director", director), ("away", away)):
        async with place.database.unit(actor, "test") as uow:
            reads = SubjectVisits(uow.connection, uow.actor, uow.today)
            seen[name] = [one.code for one in await reads.last("household", 1, 5)]
    assert seen == {"worker": ["PBBBBBB", "PAAAAAA"], "director": ["PBBBBBB"], "away": []}
