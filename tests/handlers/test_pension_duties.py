"""What an agency's file says of a pension becomes a call at the home of who can't go out, and of
nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from sqlalchemy import select

from scheduler.closing import keep_up
from scheduler.lines import Line
from scheduler.rulebook import Rulebook
from storage.obligation_tables import obligation
from storage.policy import OPERATOR
from storage.register import NewHousehold, NewPerson
from storage.tables import person
from tests.handlers.conftest import GRID, Village, running
from tests.handlers.pensions import enrol
from tests.scheduler.duties import ground

HELPLESS, ABLE = ("disabled_daily_life",), ("over_65",)
HOME = NewHousehold(
    "HPPPPPP",
    GRID,
    "",
    (
        NewPerson("PQQQQQQ", "钱桂香", "f", date(1958, 3, 5), True, tags=HELPLESS),
        NewPerson("PRRRRRR", "钱大成", "m", date(1955, 1, 20), tags=ABLE),
        NewPerson("PSSSSSS", "钱小梅", "f", date(1967, 1, 20), tags=("severely_disabled",)),
        NewPerson("PTTTTTT", "钱小军", "m", date(1967, 1, 20)),
    ),
)


@cache
def rule(name: str) -> Line:
    """A built-in rule."""
    found = Rulebook.read().line(name, GRID)
    assert found
    return found


async def tell_the_rules(village: Village) -> None:
    """What the command does at the end of an import."""
    async with village.database.unit(OPERATOR, "test") as uow:
        for number, _ in await uow.pension_imports.untold():
            last: int | None = 0
            while last is not None:
                last = await uow.pension_imports.tell(number, last, 9, uow.today)


@pytest.fixture
async def hamlet(village: Village) -> AsyncIterator[Village]:
    """The village with two who draw a pension and two who turn sixty in January."""
    async with village.database.unit(OPERATOR, "test") as uow:
        await uow.register.enter([HOME], "test")
    for code in ("PQQQQQQ", "PRRRRRR"):
        await enrol(village, code, benefits_from=date(2018, 4, 1), certified_on=date(2025, 12, 1))
    await tell_the_rules(village)
    await village.worker()
    where = ground(rule("P02"), rule("P06.visit"))
    house = replace(village.house, ground=lambda: where)
    here = running(village.database, village.clock, village.channel, house)
    yield here


async def owed(village: Village) -> set[tuple[str, str, date]]:
    """What workers owe: rule, person and due day."""
    assert village.house.ground
    await keep_up(village.database, village.house.ground())
    query = (
        select(obligation.c.rule_id, person.c.code, obligation.c.due_on)
        .join(person, person.c.id == obligation.c.subject_id)
        .where(obligation.c.ended.is_(None))
    )
    async with village.database.unit(OPERATOR, "test") as uow:
        return {tuple(row) for row in await uow.connection.execute(query)}


async def test_who_can_not_go_out_is_called_on_and_nobody_else(hamlet: Village) -> None:
    assert await owed(hamlet) == {
        ("P02", "PQQQQQQ", date(2026, 12, 1)),
        ("P06.visit", "PSSSSSS", date(2027, 1, 20)),
    }


async def test_a_certification_in_the_next_file_of_the_agency_begins_the_year_anew(
    hamlet: Village,
) -> None:
    await owed(hamlet)
    await enrol(hamlet, "PQQQQQQ", benefits_from=date(2018, 4, 1), certified_on=date(2026, 11, 20))
    await tell_the_rules(hamlet)
    assert ("P02", "PQQQQQQ", date(2027, 11, 20)) in (now := await owed(hamlet))
    assert ("P02", "PQQQQQQ", date(2026, 12, 1)) not in now
