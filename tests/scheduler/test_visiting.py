"""A visit meets what it fits, and what its form tells opens, moves and cancels at once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import select

from scheduler.effects import Effect
from scheduler.spacing import close_by
from storage.database import Database
from storage.obligation_tables import obligation, obligation_visit
from storage.obligations import Obligations
from storage.obligations_facts import Facts
from storage.policy import OPERATOR, SYSTEM
from tests import world
from tests.clock import TurnedClock
from tests.scheduler.duties import Place, ground, settle, someone
from tests.scheduler.making import rule

ALONE = {"any_tags": ["lives_alone"]}
MONTHLY = rule(id="T01", population=ALONE)
QUARTERLY = rule(id="T02", every="1 quarter")
HOMES = rule(id="T03", every="1 quarter", population={"subject": "household"})


async def place_with(database: Database, clock: TurnedClock, *rules: Any, **more: Any) -> Place:
    place = await settle(database, clock, date(2026, 8, 3), ground(*rules, **more))
    await place.enter(someone("P1", date(1950, 6, 1), "lives_alone"), code="H1")
    await place.tick()
    await place.tick(date(2026, 9, 3))
    return place


async def ends(place: Place) -> dict[str, str]:
    return {f"{rule_id} {key}": state for _, rule_id, key, state in await place.states()}


async def test_one_visit_meets_every_obligation_that_it_fits(
    database: Database, clock: TurnedClock
) -> None:
    place = await place_with(database, clock, MONTHLY, QUARTERLY, HOMES)
    await place.visit("P1", date(2026, 9, 3))
    assert await ends(place) == {
        "T01 2026-08": "overdue",
        "T01 2026-09": "done_on_time",
        "T02 2026Q3": "done_on_time",
        "T03 2026Q3": "done_on_time",
    }


async def test_what_counts_is_the_day_of_the_visit(database: Database, clock: TurnedClock) -> None:
    place = await place_with(database, clock, MONTHLY)
    await place.visit("P1", date(2026, 8, 30))
    assert await ends(place) == {"T01 2026-08": "done_on_time", "T01 2026-09": "open"}
    async with database.unit(SYSTEM, "test") as uow:
        query = select(obligation.c.late_entry).where(obligation.c.period_key == "2026-08")
        assert (await uow.connection.execute(query)).scalar_one() is True


async def test_a_visit_of_another_kind_meets_nothing(
    database: Database, clock: TurnedClock
) -> None:
    at_home = rule(id="T01", satisfied_by=[{"form": "elderly_followup", "outcomes": ["met"]}])
    place = await place_with(database, clock, at_home)
    await place.visit("P1", date(2026, 9, 3), outcome="nobody_home")
    await place.visit("P1", date(2026, 9, 3), form_id="task_done")
    assert await ends(place) == {"T01 2026-08": "overdue", "T01 2026-09": "open"}


async def test_an_entry_after_the_closing_is_kept_and_changes_nothing(
    database: Database, clock: TurnedClock
) -> None:
    place = await place_with(database, clock, MONTHLY)
    await place.tick(date(2026, 9, 20))
    assert (await ends(place))["T01 2026-08"] == "missed"
    await place.visit("P1", date(2026, 8, 30))
    assert (await ends(place))["T01 2026-08"] == "missed"
    async with database.unit(SYSTEM, "test") as uow:
        rows = (await uow.connection.execute(select(obligation_visit.c.settled))).scalars().all()
    assert list(rows) == [True]


async def test_an_entry_after_the_closing_changes_nothing_though_no_tick_came(
    database: Database, clock: TurnedClock
) -> None:
    place = await place_with(database, clock, MONTHLY)
    clock.turn(days=17)
    await place.visit("P1", date(2026, 8, 30))
    await place.tick()
    assert (await ends(place))["T01 2026-08"] == "missed"


async def test_a_quota_needs_as_many_visits_as_it_says(
    database: Database, clock: TurnedClock
) -> None:
    quota = rule(
        id="T05",
        kind="quota",
        at_least=2,
        population={"subject": "worker", "roles": ["grid_worker"]},
    )
    place = await place_with(database, clock, quota)
    await place.visit("P1", date(2026, 9, 3))
    assert (await ends(place))["T05 2026-09"] == "open"
    await place.visit("P1", date(2026, 9, 3))
    assert (await ends(place))["T05 2026-09"] == "done_on_time"


async def test_a_record_without_a_subject_is_a_report_for_the_area(
    database: Database, clock: TurnedClock
) -> None:
    report = rule(
        id="T06",
        kind="report",
        population={"subject": "area", "level": "village"},
        satisfied_by=[{"form": "task_done", "answers": {"task": ["monthly_report"]}}],
    )
    place = await place_with(database, clock, report)
    await place.visit("", date(2026, 9, 3), {"task": "training"}, form_id="task_done")
    assert "done_on_time" not in [one[3] for one in await place.states()]
    await place.visit("", date(2026, 9, 3), {"task": "monthly_report"}, form_id="task_done")
    done = [one for one in await place.states() if one[3] == "done_on_time"]
    assert len(done) == 1


async def test_a_report_counts_for_each_area_around_that_owes_it(
    database: Database, clock: TurnedClock
) -> None:
    report = rule(
        id="T01",
        kind="report",
        population={"subject": "area"},
        satisfied_by=[{"form": "survey"}],
    )
    place = await settle(database, clock, date(2026, 9, 2), ground(report))
    await place.tick()
    await place.visit("nobody", date(2026, 9, 2), form_id="survey")
    one = obligation.c
    async with database.unit(SYSTEM, "test") as uow:
        done = select(one.area_code).where(one.ended == "done_on_time").order_by(one.area_code)
        found = (await uow.connection.execute(done)).scalars().all()
    assert found == [world.COUNTY, world.TOWNSHIP, world.VILLAGE, world.GRID]


async def test_a_tag_that_a_form_tells_opens_and_cancels_at_once(
    database: Database, clock: TurnedClock
) -> None:
    effects = (
        Effect(form="survey", question="alone", values=("no",), untag="lives_alone"),
        Effect(form="survey", question="alone", values=("yes",), tag="lives_alone"),
    )
    place = await place_with(database, clock, MONTHLY, effects=effects)
    await place.visit("P1", date(2026, 9, 3), {"alone": "no"}, form_id="survey")
    assert (await ends(place))["T01 2026-09"] == "cancelled"
    clock.turn(days=5)
    await place.visit("P1", date(2026, 9, 8), {"alone": "yes"}, form_id="survey")
    assert (await ends(place))["T01 2026-09"] == "open"


async def test_a_tier_takes_the_place_of_another(database: Database, clock: TurnedClock) -> None:
    often = rule(id="T07", population={"any_tiers": ["child.monthly"]}, newcomer_days=0)
    seldom = rule(id="T08", every="1 quarter", population={"any_tiers": ["child.quarterly"]})
    effects = (
        Effect(form="survey", question="how", values=("often",), tier="child.monthly"),
        Effect(form="survey", question="how", values=("seldom",), tier="child.quarterly"),
    )
    place = await place_with(database, clock, often, seldom, effects=effects)
    await place.visit("P1", date(2026, 9, 3), {"how": "seldom"}, form_id="survey")
    assert await ends(place) == {"T08 2026Q3": "open"}
    clock.turn(days=1)
    await place.visit("P1", date(2026, 9, 4), {"how": "often"}, form_id="survey")
    assert await ends(place) == {"T07 2026-09": "open", "T08 2026Q3": "cancelled"}


async def test_an_event_opens_an_obligation_at_once(database: Database, clock: TurnedClock) -> None:
    again = rule(
        id="T09",
        anchor={"kind": "event", "events": ["high_pressure"]},
        unsatisfied="merge",
        window={"opens": "event + 1 day", "due": "event + 2 weeks", "closes": "never"},
    )
    effects = (Effect(form="survey", question="high", values=("1",), event="high_pressure"),)
    place = await place_with(database, clock, again, effects=effects)
    root = await place.visit("P1", date(2026, 9, 3), {"high": "1"}, form_id="survey")
    assert [one[3] for one in await place.states()] == ["not_due"]
    clock.turn(days=1)
    assert [one[3] for one in await place.states()] == ["open"]
    await place.visit(
        "P1", date(2026, 9, 3), {"high": "0"}, form_id="survey", root_id=root, corrected=True
    )
    assert [one[3] for one in await place.states()] == ["cancelled"]


async def test_a_correction_moves_the_visit_to_another_period(
    database: Database, clock: TurnedClock
) -> None:
    place = await place_with(database, clock, MONTHLY)
    root = await place.visit("P1", date(2026, 9, 3))
    await place.visit("P1", date(2026, 8, 31), root_id=root, corrected=True)
    assert await ends(place) == {"T01 2026-08": "done_on_time", "T01 2026-09": "open"}


CLASSES: Final = (
    Effect(form="survey", question="alone", values=("yes",), tag="lives_alone"),
    Effect(form="survey", question="alone", values=("no",), untag="lives_alone"),
    Effect(form="survey", question="how", values=("often",), tier="child.monthly"),
    Effect(form="survey", question="how", values=("seldom",), tier="child.quarterly"),
    Effect(form="survey", question="seen", date="certified_on"),
)
OFTEN: Final = rule(id="T07", population={"any_tiers": ["child.monthly"]}, newcomer_days=0)


async def classes(place: Place) -> set[str]:
    """The tags and tiers of P1 that are in force, and the days that forms told."""
    async with place.database.unit(OPERATOR, "test") as uow:
        facts = await Facts(uow.connection).dossier("person", 1)
    assert facts
    spells = {name for name, _, until in (*facts.tags, *facts.tiers) if until is None}
    return spells | {f"{name} {day}" for name, day in facts.days}


async def test_a_correction_takes_back_that_a_class_ended(
    database: Database, clock: TurnedClock
) -> None:
    place = await place_with(database, clock, MONTHLY, effects=CLASSES)
    root = await place.visit("P1", date(2026, 9, 3), {"alone": "no"}, form_id="survey")
    assert (await ends(place))["T01 2026-09"] == "cancelled"
    more: Any = {"form_id": "survey", "root_id": root, "corrected": True}
    await place.visit("P1", date(2026, 9, 3), {"alone": ""}, **more)
    assert await classes(place) == {"lives_alone"}
    assert (await ends(place))["T01 2026-09"] == "open"


async def test_a_correction_brings_the_former_tier_back_and_takes_a_day_away(
    database: Database, clock: TurnedClock
) -> None:
    place = await place_with(database, clock, OFTEN, effects=CLASSES)
    await place.visit("P1", date(2026, 9, 2), {"how": "often"}, form_id="survey")
    wrong = {"how": "seldom", "seen": "2026-09-03"}
    root = await place.visit("P1", date(2026, 9, 3), wrong, form_id="survey")
    assert await classes(place) == {"lives_alone", "child.quarterly", "certified_on 2026-09-03"}
    assert (await ends(place))["T07 2026-09"] == "cancelled"
    more: Any = {"form_id": "survey", "root_id": root, "corrected": True}
    await place.visit("P1", date(2026, 9, 3), {"how": "often"}, **more)
    assert await classes(place) == {"lives_alone", "child.monthly"}
    assert (await ends(place))["T07 2026-09"] == "open"


async def test_what_later_records_told_stands_after_a_correction(
    database: Database, clock: TurnedClock
) -> None:
    place = await place_with(database, clock, MONTHLY, effects=CLASSES)
    root = await place.visit("P1", date(2026, 9, 3), {"alone": "yes"}, form_id="survey")
    clock.turn(days=2)
    later = {"alone": "no", "how": "often", "seen": "2026-09-05"}
    await place.visit("P1", date(2026, 9, 5), later, form_id="survey")
    told = await classes(place)
    more: Any = {"form_id": "survey", "root_id": root, "corrected": True}
    for answers in ({"alone": "yes", "how": "seldom"}, {"alone": "no"}, {}):
        await place.visit("P1", date(2026, 9, 3), answers, **more)
        assert await classes(place) == told == {"child.monthly", "certified_on 2026-09-05"}
        assert (await ends(place))["T01 2026-09"] == "cancelled"


async def test_a_class_that_two_records_told_stays_when_one_is_corrected(
    database: Database, clock: TurnedClock
) -> None:
    place = await place_with(database, clock, OFTEN, effects=CLASSES)
    root = await place.visit("P1", date(2026, 9, 3), {"how": "often"}, form_id="survey")
    clock.turn(days=1)
    await place.visit("P1", date(2026, 9, 4), {"how": "often"}, form_id="survey")
    more: Any = {"form_id": "survey", "root_id": root, "corrected": True}
    await place.visit("P1", date(2026, 9, 3), {"how": ""}, **more)
    assert await classes(place) == {"lives_alone", "child.monthly"}
    assert (await ends(place))["T07 2026-09"] == "open"


@pytest.mark.parametrize("apart", [timedelta(0), timedelta(days=1), timedelta(days=-1)])
async def test_a_class_that_two_records_ended_stays_over_when_one_is_corrected(
    database: Database, clock: TurnedClock, apart: timedelta
) -> None:
    """Even if they came in at one moment, or the clock was set back in between."""
    place = await place_with(database, clock, MONTHLY, effects=CLASSES)
    day, root = date(2026, 9, 3), dict[str, str]()
    for which in "ab":
        root[which] = await place.visit("P1", day, {"alone": "no"}, form_id="survey")
        clock.set(clock.now() + apart)
    clock.set(clock.now() - 2 * apart)
    for which, left, state in (("a", set(), "cancelled"), ("b", {"lives_alone"}, "open")):
        more: Any = {"form_id": "survey", "root_id": root[which], "corrected": True}
        await place.visit("P1", day, {"alone": ""}, **more)
        assert await classes(place) == left
        assert (await ends(place))["T01 2026-09"] == state


async def test_two_visits_too_close_across_the_edge_of_a_period_are_flagged(
    database: Database, clock: TurnedClock
) -> None:
    place = await place_with(database, clock, MONTHLY)
    first = await place.visit("P1", date(2026, 8, 29))
    second = await place.visit("P1", date(2026, 9, 2))
    await place.tick(date(2026, 10, 9))
    third = await place.visit("P1", date(2026, 10, 9))
    async with database.unit(SYSTEM, "test") as uow:
        flags = [await close_by(uow, place.ground, one) for one in (first, second, third)]
    assert flags == [date(2026, 9, 2), date(2026, 8, 29), None]


async def test_who_died_is_owed_nothing_once_it_is_confirmed(
    database: Database, clock: TurnedClock
) -> None:
    effects = (Effect(form="survey", question="left", values=("died",), leaves="deceased"),)
    place = await place_with(database, clock, MONTHLY, effects=effects)
    await place.visit("P1", date(2026, 9, 3), {"left": "died"}, form_id="survey")
    assert (await ends(place))["T01 2026-09"] == "open"
    assert await place.confirm("P1") == "deceased"
    assert await place.confirm("P1") is None
    assert (await ends(place))["T01 2026-09"] == "cancelled"
    await place.tick(date(2026, 10, 2))
    assert "T01 2026-10" not in await ends(place)


async def test_a_rule_that_counts_from_the_last_visit_goes_on_from_it(
    database: Database, clock: TurnedClock
) -> None:
    fortnight = rule(id="T10", anchor={"kind": "last"}, every="2 weeks", late_entry_days=0)
    place = await settle(database, clock, date(2026, 9, 1), ground(fortnight))
    await place.enter(someone("P1"), code="H1")
    await place.tick()
    clock.turn(days=9)
    await place.visit("P1", date(2026, 9, 10))
    assert await ends(place) == {"T10 2026-09-01": "done_on_time"}
    await place.tick(date(2026, 9, 11))
    assert await ends(place) == {"T10 2026-09-01": "done_on_time", "T10 2026-09-11": "open"}
    await place.tick(date(2026, 9, 26))
    assert await ends(place) == {
        "T10 2026-09-01": "done_on_time",
        "T10 2026-09-11": "missed",
        "T10 2026-09-25": "open",
    }


async def test_an_exemption_stays(database: Database, clock: TurnedClock) -> None:
    place = await place_with(database, clock, MONTHLY)
    async with database.unit(SYSTEM, "test") as uow:
        number = (
            await uow.connection.execute(
                select(obligation.c.id).where(obligation.c.period_key == "2026-09")
            )
        ).scalar_one()
        await Obligations(uow.connection).end(number, "exempt", uow.now, reason="hospital")
    await place.visit("P1", date(2026, 9, 3))
    await place.tick(date(2026, 11, 3))
    assert (await ends(place))["T01 2026-09"] == "exempt"
