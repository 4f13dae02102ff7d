"""Coverage tells both numbers, by rule and place; what is overdue is found by village and rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from scheduler.coverage import Covered, below, coverage
from storage.database import Database
from storage.overdue import MANY, Overdue, Tally
from storage.policy import NOBODY, Actor, Role
from tests import world
from tests.clock import TurnedClock
from tests.scheduler.duties import Place, ground, settle, someone
from tests.scheduler.making import rule

ABOVE = Actor(Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP, account_id=999)
COUNTY = Actor(Role.COUNTY_ADMINISTRATOR, world.COUNTY, account_id=998)
MONTHLY = rule(id="T01", target=0.95)
OLD = {"minimum_age": 60}
SHARE = rule(
    id="T02",
    kind="share",
    share=0.5,
    target=0.5,
    of={"minimum_age": 60},
    who="township_supervisor",
    helped_by=["grid_worker"],
    population={"subject": "area", "level": "township"},
    satisfied_by=[{"form": "elderly_followup", "answers": {"what": ["open"]}}],
)
QUOTA = rule(id="T03", kind="quota", at_least=2, population={"subject": "worker"})


async def township(database: Database, clock: TurnedClock, *rules: object) -> Place:
    """Three people in one grid, one in another village, one in another township, in July."""
    where = ground(*rules)  # type: ignore[arg-type]
    place = await settle(database, clock, date(2026, 7, 20), where)
    for code in ("P1", "P2", "P3"):
        await place.enter(someone(code), code="H" + code)
    await place.enter(someone("P4"), code="H4", area=world.SIBLING_VILLAGE + "001")
    await place.enter(someone("P5"), code="H5", area=world.OTHER_GRID)
    await place.tick(date(2026, 9, 1))
    return place


async def counted(
    place: Place, actor: Actor = ABOVE, day: date | None = None, root: str = world.TOWNSHIP
) -> dict[str, Covered]:
    async with place.database.unit(actor, "test") as uow:
        today = uow.now.date()
        found = await coverage(uow, place.ground, day or today, root)
    return {one.rule_id: one for one in found}


async def test_both_numbers_are_told_by_village(database: Database, clock: TurnedClock) -> None:
    place = await township(database, clock, MONTHLY)
    await place.visit("P1", date(2026, 9, 1))
    await place.visit("P4", date(2026, 9, 1))
    (one,) = (await counted(place)).values()
    numbers = [(each.area_code, each.done, each.owed) for each in one.places]
    assert numbers == [(world.VILLAGE, 1, 3), (world.SIBLING_VILLAGE, 1, 1)]
    assert (one.total.done, one.total.owed, one.target, one.met) == (2, 4, 0.95, False)


async def test_a_county_is_counted_by_township(database: Database, clock: TurnedClock) -> None:
    place = await township(database, clock, MONTHLY)
    (one,) = (await counted(place, COUNTY, root=world.COUNTY)).values()
    assert [(each.area_code, each.owed) for each in one.places] == [
        (world.TOWNSHIP, 4),
        (world.OTHER_TOWNSHIP, 1),
    ]


async def test_a_month_before_stays_what_it_was(database: Database, clock: TurnedClock) -> None:
    place = await township(database, clock, MONTHLY)
    await place.visit("P1", date(2026, 9, 2))
    await place.tick(date(2026, 10, 20))
    september = (await counted(place, day=date(2026, 9, 30)))["T01"].total
    assert (september.done, september.owed, september.overdue) == (1, 4, 3)
    october = (await counted(place))["T01"].total
    assert (october.done, october.owed, october.overdue) == (0, 4, 0)


async def test_who_was_exempt_or_left_is_not_owed(database: Database, clock: TurnedClock) -> None:
    place = await township(database, clock, MONTHLY)
    async with database.unit(ABOVE, "test") as uow:
        overdue = Overdue(uow.connection, uow.actor, uow.now)
        from storage.obligations import Obligations

        rows = await overdue.history("person", 1, world.GRID, 5)
        obligations = Obligations(uow.connection)
        await obligations.end(rows[0].id, "exempt", uow.now, reason="hospital")
        (other,) = await overdue.history("person", 2, world.GRID, 5)
        await obligations.end(other.id, "cancelled", uow.now, reason="left")
    total = (await counted(place))["T01"].total
    assert (total.owed, total.exempt) == (2, 1)


async def test_a_share_is_people_visited_of_people_there(
    database: Database, clock: TurnedClock
) -> None:
    place = await township(database, clock, SHARE)
    await place.enter(someone("PYOUNG", date(2000, 1, 1)), code="HY")
    await place.visit("P1", date(2026, 9, 1), {"what": "open"})
    await place.visit("P1", date(2026, 9, 1), {"what": "open"})
    await place.visit("P2", date(2026, 9, 1), {"what": "closed"})
    await place.visit("P4", date(2026, 8, 30), {"what": "open"})
    one = (await counted(place))["T02"]
    assert [(each.area_code, each.done, each.owed) for each in one.places] == [
        (world.TOWNSHIP, 1, 4)
    ]
    assert not one.met
    await place.visit("P4", date(2026, 9, 1), {"what": "open"})
    assert (await counted(place))["T02"].met


async def test_a_quota_is_told_of_all_workers_together(
    database: Database, clock: TurnedClock
) -> None:
    place = await township(database, clock, QUOTA)
    await world.hire(database, Role.GRID_WORKER, world.SIBLING_VILLAGE)
    await place.tick()
    one = (await counted(place))["T03"]
    assert [each.area_code for each in one.places] == [world.TOWNSHIP]


@pytest.mark.parametrize(
    "actor",
    [
        NOBODY,
        Actor(Role.GRID_WORKER, world.TOWNSHIP, account_id=1),
        Actor(Role.AUDITOR, world.COUNTY, account_id=1),
        replace(ABOVE, area=world.OTHER_TOWNSHIP),
        replace(ABOVE, area=None),
    ],
    ids=lambda actor: f"{actor.role}-{actor.area}",
)
async def test_nobody_else_counts_or_reads_anything(
    database: Database, clock: TurnedClock, actor: Actor
) -> None:
    place = await township(database, clock, MONTHLY, SHARE)
    await place.tick(date(2026, 10, 3))
    assert await counted(place, actor) == {}
    async with database.unit(actor, "test") as uow:
        overdue = Overdue(uow.connection, uow.actor, uow.now)
        assert await overdue.tally(world.TOWNSHIP, 12) == []
        assert await overdue.page(world.TOWNSHIP) == ([], 0)
        assert await overdue.one(1) is None
        assert await overdue.history("person", 1, world.GRID, 5) == []


async def test_what_is_overdue_is_told_by_village_and_rule(
    database: Database, clock: TurnedClock
) -> None:
    place = await township(database, clock, MONTHLY)
    await place.visit("P1", date(2026, 9, 1))
    await place.tick(date(2026, 10, 3))
    async with database.unit(ABOVE, "test") as uow:
        overdue = Overdue(uow.connection, uow.actor, uow.now)
        assert await overdue.tally(world.TOWNSHIP, below(world.TOWNSHIP)) == [
            Tally(world.VILLAGE, "T01", 2),
            Tally(world.SIBLING_VILLAGE, "T01", 1),
        ]
        cases, total = await overdue.page(world.VILLAGE, size=1, page=1)
        assert (total, len(cases)) == (2, 1)
        (case,) = cases
        assert (case.code, case.surname, case.state) == ("P3", "测", "overdue")
        worker = await uow.accounts.get(place.worker.account_id or 0)
        assert worker is not None and case.worker == worker.code
        assert await overdue.page(world.VILLAGE, "T09") == ([], 0)


async def test_a_subject_has_its_duties_and_visits(database: Database, clock: TurnedClock) -> None:
    place = await township(database, clock, MONTHLY)
    await place.visit("P1", date(2026, 9, 1))
    await place.tick(date(2026, 10, 3))
    async with database.unit(ABOVE, "test") as uow:
        overdue = Overdue(uow.connection, uow.actor, uow.now)
        found = await overdue.history("person", 1, world.GRID, 5)
        assert [(one.period_key, one.state) for one in found] == [
            ("2026-10", "open"),
            ("2026-09", "done_on_time"),
        ]
        (call,) = await overdue.calls("person", 1, 5)
        assert (call.visit_date, call.outcome) == (date(2026, 9, 1), "met")
        assert await overdue.calls("household", 1, 5) == [call]


async def test_a_page_of_many_is_that_of_few(database: Database, clock: TurnedClock) -> None:
    place = await township(database, clock, MONTHLY)
    await place.tick(date(2026, 10, 3))
    async with database.unit(ABOVE, "test") as uow:
        overdue = Overdue(uow.connection, uow.actor, uow.now)
        for page in range(3):
            few, total = await overdue.page(world.TOWNSHIP, page=page, size=2)
            many, _ = await overdue.page(world.TOWNSHIP, page=page, size=2, total=MANY)
            assert total == 4 and few == many
        here, _ = await overdue.page(world.VILLAGE, total=MANY)
        assert [one.code for one in here] == ["P1", "P2", "P3"]
        (some,) = {one.by_age for one in await overdue.tally(world.VILLAGE, 12, (1, 7, 90))}
        assert sum(some) == 3 and len(some) == 4
        assert all(one.by_age == () for one in await overdue.tally(world.VILLAGE, 12))


async def test_what_follows_an_event_is_counted_in_the_months_in_which_it_can_be_done(
    database: Database, clock: TurnedClock
) -> None:
    fortnight = rule(
        id="T04",
        anchor={"kind": "event", "events": ["added:orphan"]},
        window={"opens": "event", "due": "event + 2 weeks", "closes": "event + 8 weeks"},
    )
    place = await settle(database, clock, date(2026, 8, 20), ground(fortnight))
    await place.tick(date(2026, 8, 24))
    await place.enter(someone("P1", date(2016, 6, 1), "orphan"), code="H1")
    await place.enter(someone("P2", date(2016, 6, 1), "orphan"), code="H2")
    await place.tick(date(2026, 8, 25))

    async def numbers(day: date) -> tuple[int, int, int] | None:
        one = (await counted(place, day=day)).get("T04")
        return one and (one.total.owed, one.total.done, one.total.overdue)

    assert await numbers(date(2026, 8, 25)) == (2, 0, 0)
    await place.tick(date(2026, 9, 5))
    await place.visit("P1", date(2026, 9, 5))
    assert await numbers(date(2026, 9, 5)) == (2, 1, 0)
    await place.tick(date(2026, 10, 3))
    assert await numbers(date(2026, 10, 3)) == (1, 0, 1)  # who was late in September is late still
    assert await numbers(date(2026, 9, 30)) == (2, 1, 1)
    assert await numbers(date(2026, 7, 31)) is None


async def test_a_report_on_a_month_is_counted_in_the_month_in_which_it_is_due(
    database: Database, clock: TurnedClock
) -> None:
    report = rule(
        id="T05",
        kind="report",
        who="grid_worker",
        population={"subject": "area", "level": "grid"},
        window={"opens": "end + 1 day", "due": "end + 5 days", "closes": "end + 20 days"},
    )
    place = await settle(database, clock, date(2026, 8, 1), ground(report))
    await place.tick(date(2026, 8, 2))
    await place.tick(date(2026, 9, 3))
    assert "T05" not in await counted(place, day=date(2026, 8, 31))
    assert (await counted(place))["T05"].total.overdue == 0
    await place.tick(date(2026, 9, 8))
    one = (await counted(place))["T05"]
    assert one.total.overdue == one.total.owed > 0
