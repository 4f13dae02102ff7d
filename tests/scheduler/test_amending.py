"""What is open follows a rule that changes; what is closed stays as it was closed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from scheduler.lines import Line
from scheduler.visit_rules import VisitRule
from storage.database import Database
from tests.clock import TurnedClock
from tests.scheduler.duties import Place, State, ground, settle, someone
from tests.scheduler.making import rule

START = date(2026, 9, 2)
OLD = date(1950, 6, 1)
YOUNG = date(1990, 6, 1)
ALONE = rule(id="T01", population={"any_tags": ["lives_alone"]})


async def settled(database: Database, clock: TurnedClock, *rules: VisitRule) -> Place:
    """Four people: P1 and P2 live alone, P1 and P3 are old; P4 comes ten days later and lives
    alone."""
    place = await settle(database, clock, START, ground(*rules))
    await place.enter(someone("P1", OLD, "lives_alone"), someone("P3", OLD), code="H1")
    await place.enter(someone("P2", YOUNG, "lives_alone"), code="H2")
    await place.tick(date(2026, 9, 3))
    await place.tick(date(2026, 9, 12))
    await place.enter(someone("P4", YOUNG, "lives_alone"), code="H3")
    await place.tick()
    return place


def changed(one: VisitRule, **changes: Any) -> VisitRule:
    """The rule as its file says now."""
    return VisitRule.model_validate(one.model_dump() | changes)


async def states(place: Place, *rules: VisitRule, on: date | None = None) -> list[State]:
    """What a tick by these rules leaves; another one changes nothing."""
    place.ground = ground(*rules)
    await place.tick(on)
    found = await place.states()
    assert (await place.tick()).opened == 0
    assert await place.states() == found
    return found


async def test_windows_move_with_the_rule(database: Database, clock: TurnedClock) -> None:
    place = await settled(database, clock, ALONE)
    assert {one[3] for one in await place.states()} == {"open"}
    sooner = changed(ALONE, window={"due": "start + 9 days", "closes": "end"})
    assert await states(place, sooner) == [
        ("P1", "T01", "2026-09", "overdue"),
        ("P2", "T01", "2026-09", "overdue"),
        ("P4", "T01", "2026-09", "cancelled"),  # came after the day on which it is due now
    ]


async def test_those_who_are_concerned_now_are_opened_and_the_others_cancelled(
    database: Database, clock: TurnedClock
) -> None:
    place = await settled(database, clock, ALONE)
    old = changed(ALONE, population={"minimum_age": 60})
    assert await states(place, old) == [
        ("P1", "T01", "2026-09", "open"),
        ("P2", "T01", "2026-09", "cancelled"),
        ("P3", "T01", "2026-09", "open"),
        ("P4", "T01", "2026-09", "cancelled"),
    ]


async def test_a_rule_that_is_switched_off_and_on_again(
    database: Database, clock: TurnedClock
) -> None:
    place = await settled(database, clock, ALONE)
    before = await place.states()
    off = await states(place, changed(ALONE, on=False))
    assert [one[3] for one in off] == ["cancelled"] * 3
    assert await states(place, ALONE, on=date(2026, 9, 13)) == before


async def test_a_rule_that_is_gone_or_divides_time_otherwise(
    database: Database, clock: TurnedClock
) -> None:
    place = await settled(database, clock, ALONE)
    quarterly = await states(place, changed(ALONE, every="1 quarter"))
    assert [one[2:] for one in quarterly if one[0] == "P1"] == [
        ("2026-09", "cancelled"),
        ("2026Q3", "open"),
    ]
    assert {one[3] for one in await states(place)} == {"cancelled"}


async def test_what_is_closed_stays_as_it_was_closed(
    database: Database, clock: TurnedClock
) -> None:
    place = await settled(database, clock, ALONE)
    await place.visit("P1", date(2026, 9, 11))
    closed = changed(ALONE, window={"due": "start + 1 day", "closes": "due"}, population={})
    found = await states(place, closed)
    assert ("P1", "T01", "2026-09", "done_on_time") in found
    assert ("P2", "T01", "2026-09", "overdue") in found
    await states(place, changed(ALONE, on=False))
    assert ("P1", "T01", "2026-09", "done_on_time") in await place.states()


async def test_nothing_is_owed_for_what_had_closed_before_the_rule_changed(
    database: Database, clock: TurnedClock
) -> None:
    quarterly = changed(ALONE, every="1 quarter")
    place = await settled(database, clock, quarterly)
    await place.tick(date(2026, 9, 29))  # and none for ten days, in which they are settled
    found = await states(place, ALONE, on=date(2026, 10, 9))
    assert {one[2:] for one in found} == {("2026Q3", "missed"), ("2026-10", "open")}


async def test_what_opened_and_was_settled_in_an_outage_was_owed(
    database: Database, clock: TurnedClock
) -> None:
    weekly = changed(ALONE, every="1 week", late_entry_days=0, newcomer_days=0)
    place = await settled(database, clock, weekly)
    found = await states(place, weekly, on=date(2026, 9, 22))
    assert ("P1", "T01", "2026W38", "missed") in found


async def test_what_is_over_follows_the_rule_until_it_is_settled(
    database: Database, clock: TurnedClock
) -> None:
    either = changed(ALONE, satisfied_by=[{"form": "elderly_followup"}, {"form": "survey"}])
    place = await settled(database, clock, ALONE)
    await place.visit("P1", date(2026, 9, 20), form_id="survey")
    assert ("P1", "T01", "2026-09", "overdue") in await states(place, ALONE, on=date(2026, 10, 2))
    follows = await states(place, either, on=date(2026, 10, 3))
    assert ("P1", "T01", "2026-09", "done_on_time") in follows
    withdrawn = await states(place, changed(either, on=False))
    assert ("P2", "T01", "2026-09", "cancelled") in withdrawn
    back = await states(place, either, on=date(2026, 10, 5))
    assert ("P2", "T01", "2026-09", "overdue") in back
    assert ("P3", "T01", "2026-09") not in {one[:3] for one in await states(place, rule(id="T01"))}


async def test_visits_made_before_a_rule_came_into_force_count(
    database: Database, clock: TurnedClock
) -> None:
    place = await settled(database, clock, ALONE)
    await place.visit("P3", date(2026, 9, 10))
    everybody = rule(id="T02")
    quota = rule(id="T03", kind="quota", population={"subject": "worker", "roles": ["grid_worker"]})
    found = await states(place, ALONE, everybody, quota, on=date(2026, 9, 13))
    assert [one for one in found if one[1] != "T01"] == [
        ("P1", "T02", "2026-09", "open"),
        ("P2", "T02", "2026-09", "open"),
        ("P3", "T02", "2026-09", "done_on_time"),
        ("P4", "T02", "2026-09", "open"),
        ("worker", "T03", "2026-09", "done_on_time"),
    ]


@pytest.mark.parametrize(
    "anchor",
    [{"kind": "last"}, {"kind": "date", "date": "birth_date"}],
    ids=["last", "birthday"],
)
async def test_periods_of_a_subjects_own_days_follow_too(
    database: Database, clock: TurnedClock, anchor: dict[str, str]
) -> None:
    own = rule(id="T04", anchor=anchor, every="2 months", population={"any_tags": ["lives_alone"]})
    place = await settled(database, clock, own)
    assert {one[0] for one in await place.states()} == {"P1", "P2", "P4"}
    old = changed(own, population={"minimum_age": 60}, window={"opens": "start"})
    found = await states(place, old)
    assert {one[0] for one in found if one[3] != "cancelled"} == {"P1", "P3"}
    assert {one[3] for one in await states(place)} == {"cancelled"}


async def test_a_later_version_leaves_the_period_under_way_alone(
    database: Database, clock: TurnedClock
) -> None:
    place = await settled(database, clock, ALONE)
    before = await place.states()
    ended = changed(ALONE, valid_to=date(2026, 9, 30))
    later = changed(ALONE, version=2, valid_from=date(2026, 10, 1), population={"minimum_age": 60})
    place.ground = ground(Line((ended, later)))
    await place.tick()
    assert await place.states() == before
    await place.tick(date(2026, 10, 1))
    october = [one[0] for one in await place.states() if one[2] == "2026-10"]
    assert october == ["P1", "P3"]
