"""Every rung is noted once and told to whom it concerns: in a digest, alone, or at once."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from scheduler.digests import fill
from scheduler.manners import Manners
from scheduler.visit_rules import VisitRule
from storage.database import Database
from storage.obligation_tables import obligation
from storage.obligations import Obligations
from storage.policy import SYSTEM, Role
from storage.tables import account, outbox
from tests import world
from tests.clock import TurnedClock
from tests.scheduler.duties import someone
from tests.scheduler.making import at, rule
from tests.scheduler.reminded import ORDINARY, SUPERVISOR, Office, ground, ladder, office

MONTHLY: Final = rule(
    id="T01",
    population={"any_tags": ["lives_alone"]},
    late_entry_days=30,
    newcomer_days=0,
    valid_to=date(2026, 9, 30),  # so that September is the last month of it
)
ALONE: Final = ({"id": "opened", "when": "opens", "how": "alone"},)
URGENT: Final = ({"id": "opened", "when": "opens", "how": "urgent"},)
START: Final = "2026-09-02 12:00"


def lonely(code: str) -> Any:
    return someone(code, date(1950, 6, 1), "lives_alone")


async def opened(
    database: Database,
    clock: TurnedClock,
    *rungs: dict[str, Any],
    moment: str = START,
    who: VisitRule = MONTHLY,
    **more: Any,
) -> Office:
    """Two people of one household, whose monthly visits are owed by a ladder."""
    found = await office(database, clock, moment, ground(who, ladders=(ladder(*rungs),)), **more)
    await found.place.enter(lonely("P1"), lonely("P2"), code="H1")
    return found


async def test_each_rung_is_noted_once_at_its_moment(
    database: Database, clock: TurnedClock
) -> None:
    one = await opened(database, clock, *ORDINARY)
    worker = one.place.worker.account_id
    boss = await one.hire(Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP)
    assert (await one.tick()).rungs == 0
    assert (await one.tick("2026-09-22 23:55")).rungs == 0
    assert (await one.tick("2026-09-23 00:01")).rungs == 2
    assert (await one.tick("2026-10-01 00:01")).rungs == 4
    assert (await one.tick("2026-10-08 00:01")).rungs == 2
    assert (await one.tick("2026-10-08 00:01")).rungs == 0
    rungs = [one[:3] for one in await one.rungs()]
    assert rungs == [
        *[("week_before", 0, worker)] * 2,
        *[("overdue", 0, worker)] * 2,
        *[("supervisor", 0, boss)] * 2,
        *[("weekly", 0, boss)] * 2,
    ]


async def test_a_worker_has_one_digest_a_day_at_the_hour(
    database: Database, clock: TurnedClock
) -> None:
    one = await opened(database, clock, *ORDINARY, moment="2026-09-28 07:00")
    worker = one.place.worker.account_id
    await one.tick("2026-09-28 08:29")
    assert await one.queued() == []
    await one.tick("2026-09-28 08:30")
    await one.tick("2026-09-28 08:31")
    await one.tick("2026-09-28 20:59")
    assert await one.queued() == [(worker, "digest")]
    await one.tick("2026-09-29 09:00")
    assert await one.queued() == [(worker, "digest")] * 2


async def test_nobody_is_sent_a_digest_with_nothing_in_it(
    database: Database, clock: TurnedClock
) -> None:
    one = await opened(database, clock, *ORDINARY, moment="2026-09-10 09:00")
    await one.tick()
    assert await one.queued() == []


async def test_several_replicas_tell_everything_once(
    database: Database, clock: TurnedClock
) -> None:
    one = await opened(database, clock, *ORDINARY, *ALONE)
    await one.hire(Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP)
    for moment in ("2026-09-02 12:00", "2026-09-24 12:00", "2026-10-01 12:00"):
        clock.set(at(moment))
        await asyncio.gather(*(one.tick() for _ in range(3)))
    rungs = await one.rungs()
    assert len(rungs) == len({(*rung[:3], n // 2) for n, rung in enumerate(rungs)}) * 2
    kinds = [kind for _, kind in await one.queued()]
    assert kinds == ["reminder", "digest", "digest", "overdue_alert"]


async def test_an_outage_is_caught_up_by_one_message(
    database: Database, clock: TurnedClock
) -> None:
    daily = {"id": "daily", "when": "opens", "every": "1 day", "how": "alone"}
    one = await opened(database, clock, *ORDINARY, daily, moment="2026-09-21 12:00")
    await one.tick()
    before = await one.queued()
    await one.tick("2026-10-01 15:00")  # ten days and some hours later
    found = (await one.queued())[len(before) :]
    assert found == [(one.place.worker.account_id, "digest")]
    states = {state for name, _, _, state in await one.rungs() if name == "daily"}
    assert states == {"told", "rides"}


async def test_what_goes_alone_waits_for_the_morning(
    database: Database, clock: TurnedClock
) -> None:
    one = await opened(database, clock, *ALONE, moment="2026-09-02 21:00")
    for moment in ("2026-09-02 21:00", "2026-09-03 03:00", "2026-09-03 07:59"):
        assert (await one.tick(moment)).alone == 0
    assert (await one.tick("2026-09-03 08:00")).alone == 1
    assert await one.queued() == [(one.place.worker.account_id, "reminder")]


async def test_a_deadline_before_the_morning_does_not_wait(
    database: Database, clock: TurnedClock
) -> None:
    one = await opened(database, clock, *ALONE, moment="2026-09-30 22:00")
    await one.tick()  # the visit is due by midnight
    assert await one.queued() == [(one.place.worker.account_id, "reminder")]


async def test_what_is_urgent_goes_by_night_and_over_the_daily_number(
    database: Database, clock: TurnedClock
) -> None:
    one = await opened(database, clock, *URGENT, moment="2026-09-03 02:00", alone_a_day=1)
    await one.tick()
    await one.place.enter(lonely("P3"), code="H2")
    await one.tick("2026-09-03 02:01")
    assert [kind for _, kind in await one.queued()] == ["reminder", "asked_again"] * 2
    async with database.unit(SYSTEM, "test") as uow:
        priorities = (await uow.connection.execute(select(outbox.c.priority))).scalars().all()
    assert set(priorities) == {0}


async def test_over_the_daily_number_messages_are_held_and_counted(
    database: Database, clock: TurnedClock
) -> None:
    one = await opened(database, clock, *ALONE, alone_a_day=2)
    await one.tick()
    for number in range(3, 6):
        clock.turn(minutes=1)
        await one.place.enter(lonely(f"P{number}"), code=f"H{number}")
        await one.tick()
    await one.tick("2026-09-03 09:00")
    kinds = [kind for _, kind in await one.queued()]
    assert kinds == ["reminder", "reminder", "digest", "digest"]  # the day's, and the next one's
    async with database.unit(SYSTEM, "test") as uow:
        query = select(outbox.c.body).where(outbox.c.kind == "digest")
        held = [body["held"] for body in (await uow.connection.execute(query)).scalars()]
    assert held == [1, 1]


async def test_what_is_met_is_told_no_more(database: Database, clock: TurnedClock) -> None:
    one = await opened(database, clock, *ALONE, *ORDINARY, moment="2026-09-02 22:00")
    await one.tick()
    await one.place.visit("P1", date(2026, 9, 2))
    await one.place.visit("P2", date(2026, 9, 2))
    await one.tick("2026-09-03 08:00")
    await one.tick("2026-10-01 09:00")
    assert await one.queued() == []
    assert [state for _, _, _, state in await one.rungs()] == ["dropped"] * 2


async def test_supervisors_hear_once_a_day_of_everything_overdue(
    database: Database, clock: TurnedClock
) -> None:
    one = await opened(database, clock, *ORDINARY)
    boss = await one.hire(Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP)
    other = await one.hire(Role.TOWNSHIP_SUPERVISOR, world.OTHER_TOWNSHIP)
    heard: list[str] = []
    for day in range(40):
        await one.tick(at("2026-09-25 09:00") + timedelta(days=day))
        alerts = [who for who, kind in await one.queued() if kind == "overdue_alert"]
        assert other not in alerts
        if len(alerts) > len(heard):
            heard.append(f"{clock.now():%m-%d}")
    assert heard == ["10-01", "10-08", "10-15", "10-22", "10-29"]
    assert boss in [who for who, _ in await one.queued()]


async def test_escalation_goes_up_the_tree_until_it_is_met(
    database: Database, clock: TurnedClock
) -> None:
    up = ladder(
        {"id": "township", "when": "overdue + 2 days", "to": "township_supervisor"},
        {"id": "county", "when": "overdue + 9 days", "to": "county_administrator"},
        name="up_the_tree",
    )
    who = rule(id="T01", escalation="up_the_tree", late_entry_days=30)
    one = await office(database, clock, START, ground(who, ladders=(ladder(*ORDINARY),), up=(up,)))
    await one.place.enter(someone("P1"), someone("P2"), code="H1")
    boss = await one.hire(Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP)
    county = await one.hire(Role.COUNTY_ADMINISTRATOR, world.COUNTY)
    await one.tick()
    await one.tick("2026-10-03 09:00")
    await one.place.visit("P2", date(2026, 9, 30))
    await one.tick("2026-10-10 09:00")
    found = [(name, reader) for name, _, reader, _ in await one.rungs() if name.startswith("up.")]
    assert found == [("up.township", boss)] * 2 + [("up.county", county)]


async def test_where_nobody_has_the_role_who_stands_in_is_told(
    database: Database, clock: TurnedClock
) -> None:
    rung = {"id": "opened", "when": "opens", "to": "child_director"}
    one = await opened(database, clock, rung)
    boss = await one.hire(Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP)
    await one.tick()
    assert {reader for _, _, reader, _ in await one.rungs()} == {boss}


async def test_what_a_supervisor_owes_goes_one_level_up_by_itself(
    database: Database, clock: TurnedClock
) -> None:
    who = rule(id="T01", who="township_supervisor", late_entry_days=30)
    one = await office(database, clock, START, ground(who, ladders=(ladder(*ORDINARY),)))
    await one.place.enter(someone("P1"), code="H1")
    boss, colleague = [await one.hire(Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP) for _ in "ab"]
    county = await one.hire(Role.COUNTY_ADMINISTRATOR, world.COUNTY)
    await one.tick()
    await one.tick("2026-10-02 09:00")
    told = {reader for name, _, reader, _ in await one.rungs() if name == "supervisor"}
    assert told == {county} and not told & {boss, colleague}


async def test_where_nobody_is_higher_a_colleague_hears_what_a_supervisor_owes(
    database: Database, clock: TurnedClock
) -> None:
    who = rule(id="T01", who="township_supervisor", late_entry_days=30)
    one = await office(database, clock, START, ground(who, ladders=(ladder(*ORDINARY),)))
    await one.place.enter(someone("P1"), code="H1")
    boss, colleague = [await one.hire(Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP) for _ in "ab"]
    await one.tick()
    await one.tick("2026-10-02 09:00")
    owes = {reader for name, _, reader, _ in await one.rungs() if name == "overdue"}
    told = {reader for name, _, reader, _ in await one.rungs() if name == "supervisor"}
    assert owes | told == {boss, colleague} and not owes & told


async def test_without_a_township_supervisor_the_county_hears_of_a_worker(
    database: Database, clock: TurnedClock
) -> None:
    one = await opened(database, clock, SUPERVISOR)
    county = await one.hire(Role.COUNTY_ADMINISTRATOR, world.COUNTY)
    await one.tick()
    await one.tick("2026-10-02 09:00")
    assert {reader for _, _, reader, _ in await one.rungs()} == {county}


async def test_a_changed_window_is_climbed_anew_without_saying_things_twice(
    database: Database, clock: TurnedClock
) -> None:
    one = await opened(database, clock, *ORDINARY, moment="2026-09-20 09:00")
    await one.tick()
    await one.tick("2026-09-24 09:00")
    assert len(await one.rungs()) == 2
    async with database.unit(SYSTEM, "test") as uow:
        obligations = Obligations(uow.connection)
        for row in await obligations.select(obligation.c.ended.is_(None)):
            await obligations.change(row.id, row.terms)
    assert (await one.tick()).rungs == 0
    assert len(await one.rungs()) == 2


async def test_a_closed_account_and_one_without_a_chat_are_left_alone(
    database: Database, clock: TurnedClock
) -> None:
    one = await opened(database, clock, *ALONE, moment="2026-09-28 07:00")
    async with database.unit(SYSTEM, "test") as uow:
        await uow.connection.execute(update(account).values(active=False))
    await one.tick("2026-09-28 09:00")
    assert await one.queued() == []


@pytest.mark.parametrize(
    ("zone", "start"),
    [("Europe/Berlin", "2026-10-23 02:00"), ("Australia/Lord_Howe", "2026-10-02 02:00")],
)
async def test_days_of_another_length_have_one_digest_each(
    database: Database, clock: TurnedClock, zone: str, start: str
) -> None:
    one = await opened(database, clock, *ORDINARY)
    await one.tick()
    clock.set(at(start))
    where, days = ZoneInfo(zone), []
    for _ in range(24 * 5):
        clock.turn(hours=1)
        if await fill(database, where, Manners()):
            local = clock.now().astimezone(where)
            assert 8 <= local.hour < 21
            days.append(local.date())
    assert len(days) == len(set(days)) == 5
