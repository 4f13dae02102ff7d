"""What workers ask about a duty, and what a supervisor's answer does."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from scheduler.answering import Answered, answer
from scheduler.moving import latest, moved
from scheduler.reckoning import reckon
from storage.database import Database
from storage.obligation_tables import obligation
from storage.obligations import Obligation, Obligations
from storage.policy import SYSTEM, Actor, Role
from storage.requests import Asking, Requests
from tests import world
from tests.clock import TurnedClock
from tests.scheduler.duties import Place, ground, settle, someone
from tests.scheduler.making import SHANGHAI, rule

WEEKLY = rule(
    anchor={"kind": "last"},
    every="1 week",
    window={"closes": "never"},
    unsatisfied="merge",
)


@pytest.fixture
async def place(database: Database, clock: TurnedClock) -> Place:
    """A township in which one person is to be visited every month, and every week."""
    rules = ground(rule(id="T02"), WEEKLY)
    here = await settle(database, clock, date(2026, 9, 2), rules)
    await here.enter(someone("PAAAAAA"), code="HAAAAAA")
    await here.tick()
    return here


async def supervisor(place: Place, area: str = world.TOWNSHIP) -> Actor:
    return await world.hire(place.database, Role.TOWNSHIP_SUPERVISOR, area)


async def rows(place: Place, rule_id: str) -> Obligation:
    async with place.database.unit(SYSTEM, "test") as uow:
        (row,) = await Obligations(uow.connection).select(obligation.c.rule_id == rule_id)
        return row


async def ask(place: Place, asking: Asking) -> int:
    async with place.database.unit(place.worker, "test") as uow:
        assert await Requests(uow.connection, uow.actor, uow.now).ask(asking)
    async with place.database.unit(await supervisor(place), "test") as uow:
        (asked,), total = await Requests(uow.connection, uow.actor, uow.now).waiting(0, 9)
        assert total == 1
        return asked.id


async def say(place: Place, actor: Actor, number: int, **how: Any) -> Answered | None:
    async with place.database.unit(actor, "test") as uow:
        return await answer(uow, place.ground, number, **how)


async def test_an_exempt_duty_ends_and_is_not_opened_again(place: Place) -> None:
    row = await rows(place, "T02")
    number = await ask(place, Asking(row.id, "exempt", "hospital", "住院两周"))
    boss = await supervisor(place)
    decided = await say(place, boss, number, approve=True)
    assert decided and decided.decision == "approved" and decided.request.note == "住院两周"
    assert await say(place, boss, number, approve=False) is None
    await place.tick(date(2026, 9, 20))
    row = await rows(place, "T02")
    assert (row.ended, row.reason) == ("exempt", "hospital")


async def test_a_moved_duty_stays_moved_whatever_is_computed_anew(place: Place) -> None:
    row = await rows(place, "T01")
    before, to = row.terms, date(2026, 9, 18)
    assert before.due_on < to
    number = await ask(place, Asking(row.id, "reschedule", day=to))
    await say(place, await supervisor(place), number, approve=True)
    async with place.database.unit(SYSTEM, "test") as uow:
        await reckon(uow, place.ground, "person", row.subject_id)
    await place.tick(date(2026, 9, 15))
    row = await rows(place, "T01")
    assert (row.ended, row.moved_to, row.terms.due_on) == (None, to, to)
    assert row.terms == moved(before, to, SHANGHAI)
    await place.visit("PAAAAAA", date(2026, 9, 15))
    row = await rows_of_period(place, before.period_key)
    assert row.ended == "done_on_time"


async def test_a_rule_that_changes_leaves_the_day_to_which_a_visit_was_moved(
    place: Place,
) -> None:
    changed = {"due": "start + 9 days", "closes": "end"}
    place.ground = ground(rule(id="T02", window=changed))
    await place.tick(date(2026, 9, 3))
    before, to = await rows(place, "T02"), date(2026, 9, 25)
    assert before.terms.due_on == date(2026, 9, 10)
    number = await ask(place, Asking(before.id, "reschedule", day=to))
    await say(place, await supervisor(place), number, approve=True)
    place.ground = ground(rule(id="T02", window=changed | {"due": "start + 14 days"}))
    await place.tick(date(2026, 9, 4))
    row = await rows(place, "T02")
    assert (row.ended, row.moved_to, row.terms.due_on) == (None, to, to)


async def rows_of_period(place: Place, key: str) -> Obligation:
    async with place.database.unit(SYSTEM, "test") as uow:
        which = (obligation.c.rule_id == "T01", obligation.c.period_key == key)
        (row,) = await Obligations(uow.connection).select(*which)
        return row


async def test_what_is_refused_stays_as_it_was(place: Place) -> None:
    row = await rows(place, "T02")
    number = await ask(place, Asking(row.id, "exempt", "away"))
    decided = await say(place, await supervisor(place), number, approve=False)
    assert decided and decided.decision == "refused"
    assert await rows(place, "T02") == row
    await ask(place, Asking(row.id, "exempt", "hospital"))  # and may be asked again


async def test_nobody_decides_for_another_township_or_asks_for_another(place: Place) -> None:
    row = await rows(place, "T02")
    number = await ask(place, Asking(row.id, "exempt", "away"))
    stranger = await supervisor(place, world.OTHER_TOWNSHIP)
    assert await say(place, stranger, number, approve=True) is None
    assert await say(place, place.worker, number, approve=True) is None
    async with place.database.unit(stranger, "test") as uow:
        asking = Asking(row.id, "exempt", "away")
        assert not await Requests(uow.connection, uow.actor, uow.now).ask(asking)
    async with place.database.unit(place.worker, "test") as uow:  # one at a time
        assert not await Requests(uow.connection, uow.actor, uow.now).ask(asking)


async def test_a_duty_that_was_met_meanwhile_needs_no_answer(place: Place) -> None:
    row = await rows(place, "T02")
    number = await ask(place, Asking(row.id, "exempt", "away"))
    await place.visit("PAAAAAA", date(2026, 9, 2))
    decided = await say(place, await supervisor(place), number, approve=True)
    assert decided and decided.decision == "moot"
    assert (await rows(place, "T02")).ended == "done_on_time"


async def test_the_worker_is_told_once_and_it_is_written_down(place: Place) -> None:
    from storage.tables import audit, outbox

    async with place.database.unit(SYSTEM, "test") as uow:
        chat = await uow.conversations.load("paper", "mei", "zh")
        await uow.conversations.bind(chat, account_id=place.worker.account_id, person_id=None)
    row = await rows(place, "T02")
    number = await ask(place, Asking(row.id, "exempt", "away"))
    await say(place, await supervisor(place), number, approve=True)
    async with place.database.unit(SYSTEM, "test") as uow:
        told = (await uow.connection.execute(select(outbox.c.kind, outbox.c.body))).all()
        done = (await uow.connection.execute(select(audit.c.action, audit.c.object))).all()
    assert [(kind, body["decision"]) for kind, body in told] == [("decision", "approved")]
    assert ("request_approved", f"exempt:{number}") in {tuple(one) for one in done}


def test_a_visit_is_moved_only_while_it_counts() -> None:
    due = date(2026, 9, 30)
    assert latest(rule(), due, None) == date(2026, 10, 14)
    assert latest(rule(), due, date(2026, 10, 5)) == date(2026, 10, 5)
