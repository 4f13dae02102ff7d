"""An inspection reads what is on record: figures of real duties, each reckoned by hand."""

from __future__ import annotations

from datetime import date
from typing import Final

from handlers import evidence
from scheduler.ground import Ground
from scheduler.lines import Line
from scheduler.rulebook import Rulebook
from storage.database import Database
from storage.policy import Actor, Role
from storage.register import NewPerson
from tests import world
from tests.clock import TurnedClock
from tests.scheduler.duties import Place, settle
from tests.scheduler.making import SHANGHAI

COUNTY: Final = Actor(Role.COUNTY_ADMINISTRATOR, world.COUNTY, account_id=998)
WANTED: Final = {"C01", "C02", "C03", "C04", "C05", "C07", "C08"}
MET: Final = {
    **{"form_id": "child_checkin", "mode": "home", "outcome": "met"},
    **{"role": "township_supervisor", "account_area": world.TOWNSHIP},
}


def child(code: str, *tags: str) -> NewPerson:
    return NewPerson(code, "测试", "m", date(2016, 5, 1), tags=tags)


def rules() -> Ground:
    """The built-in rules of these items, all of them switched on."""
    book = Rulebook.read()
    lines = tuple(
        Line(tuple(one.model_copy(update={"on": True}) for one in line.versions), line.carved)
        for line in book.lines
        if line.id in WANTED
    )
    return Ground(Rulebook(lines, book.effects, book.roles, book.ladders, {}), SHANGHAI)


async def county(database: Database, clock: TurnedClock) -> Place:
    """Four orphans, two children whose parents are away, one to be seen each month; from July."""
    place = await settle(database, clock, date(2026, 7, 1), rules())
    await place.enter(child("PO1", "orphan"), child("PO2", "orphan"), code="HO1")
    await place.enter(child("PO3", "orphan"), code="HO3", area=world.SIBLING_GRID)
    await place.enter(child("PO4", "orphan"), code="HO4", area=world.OTHER_GRID)
    await place.enter(child("PL1", "left_behind_child"), code="HL1")
    await place.enter(child("PL2", "left_behind_child"), code="HL2")
    await place.enter(child("PB1", "poor_guardianship"), code="HB1")
    await place.tick(date(2026, 7, 1))
    return place


async def visits(place: Place, day: date, *codes: str, **by: str) -> None:
    await place.tick(day)
    for code in codes:
        await place.visit(code, day, **(MET | by))


async def found(place: Place, day: date) -> dict[str, dict[str, str]]:
    async with place.database.unit(COUNTY, "test") as uow:
        rows = await evidence.known(uow, place.ground, day, world.COUNTY, "zh")
    return {one["key"]: one for one in rows}


async def test_what_was_done_in_the_last_period_is_told_item_by_item(
    database: Database, clock: TurnedClock
) -> None:
    place = await county(database, clock)
    await visits(place, date(2026, 8, 10), "PO1", "PO2", "PO3", "PL1")
    county_s = {"role": "county_administrator", "account_area": world.COUNTY}
    await visits(place, date(2026, 9, 1), "PO1", "PO4", **county_s)
    await visits(place, date(2026, 11, 5), "PL1", "PL2")
    await visits(place, date(2026, 12, 10), "PL1", "PB1")
    await place.tick(date(2027, 1, 20))
    item = await found(place, date(2027, 1, 20))
    # half a year: three of four orphans by the township, two by the county; a quarter: both
    # whose parents are away; December: the one to be seen each month
    assert "（到 2026-12-31），已做 3，应做 4，逾期或未完成 1" in item["7"]["words"]
    assert (item["7"]["faults"], item["7"]["grade"]) == ("1", "C")
    assert "（到 2026-12-31），已做 2，应做 4" in item["8"]["words"]
    assert (item["8"]["faults"], item["8"]["grade"]) == ("0", "A")  # half of them is enough
    monthly, quarterly = item["18"]["words"].split("；")
    assert "已做 1，应做 1，逾期或未完成 0" in monthly
    assert "已做 2，应做 2，逾期或未完成 0" in quarterly
    assert item["18"]["grade"] == "A"


async def test_nobody_is_at_fault_for_what_still_has_its_time(
    database: Database, clock: TurnedClock
) -> None:
    place = await county(database, clock)
    await visits(place, date(2026, 8, 10), "PO1")
    item = await found(place, date(2026, 8, 20))
    assert item["7"]["words"].startswith("示范县：")
    assert "（到 2026-08-20），已做 1，应做 4，逾期或未完成 0" in item["7"]["words"]
    assert (item["7"]["faults"], item["7"]["grade"]) == ("0", "A")  # the half-year still has time
    assert item["18"]["faults"] == "1"  # one of July; the quarter that runs has its time


async def test_what_an_office_hands_in_is_told_too(database: Database, clock: TurnedClock) -> None:
    place = await county(database, clock)
    await place.tick(date(2026, 9, 20))
    for task, role, area in (
        ("payment_check", "county_administrator", world.COUNTY),
        ("system_update", "county_administrator", world.COUNTY),
        ("ledger_update", "township_supervisor", world.TOWNSHIP),
    ):
        by = {"form_id": "task_done", "role": role, "account_area": area}
        await place.visit("", date(2026, 9, 20), {"task": task}, **by)
    await place.tick(date(2026, 10, 25))
    item = await found(place, date(2026, 10, 25))
    assert "已做 1，应做 1" in item["2"]["words"] and item["2"]["faults"] == "0"
    assert "已做 1，应做 1" in item["5"]["words"] and item["5"]["words"] == item["24"]["words"]
    assert "已做 1，应做 2" in item["21"]["words"]  # one of two townships
    assert item["21"]["grade"] == "C"
