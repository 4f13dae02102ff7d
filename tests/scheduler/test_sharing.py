"""A share of the people of an area is done when it is reached, and missed when it is not."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from scheduler.visit_rules import VisitRule
from storage.database import Database
from tests import world
from tests.clock import TurnedClock
from tests.scheduler.duties import Place, ground, noon, settle, someone
from tests.scheduler.making import rule

FIELDS: Final[dict[str, Any]] = {
    "kind": "share",
    "share": 0.5,
    "of": {"minimum_age": 60},
    "who": "township_supervisor",
    "helped_by": ["grid_worker"],
    "population": {"subject": "area", "level": "township"},
    "window": {"closes": "end + 10 days", "overdue": "due"},
}
HALF: Final = rule(id="T01", **FIELDS)
EARLY: Final = rule(id="T01", **FIELDS | {"window": {"due": "end - 10 days"}})
SEPTEMBER: Final = ("area", "T01", "2026-09")


async def township(database: Database, clock: TurnedClock, one: VisitRule = HALF) -> Place:
    """Four old people of one township and one of another; half of them are to be visited."""
    place = await settle(database, clock, date(2026, 7, 20), ground(one))
    for code in ("P1", "P2", "P3", "P4"):
        await place.enter(someone(code), code="H" + code)
    await place.enter(someone("YOUNG", date(2010, 1, 1)), code="HY")
    await place.enter(someone("P5"), code="H5", area=world.OTHER_GRID)
    await place.tick(date(2026, 9, 1))
    return place


async def ends(place: Place) -> list[str]:
    """The states of September in the two townships."""
    return [one[3] for one in await place.states() if one[:3] == SEPTEMBER]


async def test_it_is_done_once_it_is_due_if_it_was_reached(
    database: Database, clock: TurnedClock
) -> None:
    place = await township(database, clock)
    for code in ("P1", "P2", "YOUNG"):
        await place.visit(code, date(2026, 9, 1))
    await place.tick(date(2026, 9, 30))
    assert "done_on_time" not in await ends(place)  # more may come, and who is counted may change
    await place.tick(date(2026, 10, 1))
    assert await ends(place) == ["done_on_time", "overdue"]
    await place.tick(date(2026, 10, 20))
    assert await ends(place) == ["done_on_time", "missed"]
    before = await place.states()
    await place.tick()
    assert await place.states() == before


async def test_it_is_done_in_time_though_nothing_ran_when_it_was_due(
    database: Database, clock: TurnedClock
) -> None:
    place = await township(database, clock)
    await place.visit("P1", date(2026, 9, 1))
    clock.set(noon(date(2026, 10, 3)))
    await place.visit("P2", date(2026, 9, 29))  # entered late, made in time
    await place.tick(date(2026, 10, 20))
    assert await ends(place) == ["done_on_time", "missed"]


async def test_one_person_of_four_and_children_are_no_half(
    database: Database, clock: TurnedClock
) -> None:
    place = await township(database, clock)
    for code in ("P1", "P1", "YOUNG"):
        await place.visit(code, date(2026, 9, 1))
    await place.tick(date(2026, 10, 20))
    assert await ends(place) == ["missed", "missed"]


async def test_with_the_visits_of_after_its_day_it_is_done_late(
    database: Database, clock: TurnedClock
) -> None:
    place = await township(database, clock, EARLY)
    await place.visit("P1", date(2026, 9, 1))
    clock.set(noon(date(2026, 9, 25)))
    await place.visit("P2", date(2026, 9, 25))
    await place.tick(date(2026, 10, 20))
    assert await ends(place) == ["done_late", "missed"]
