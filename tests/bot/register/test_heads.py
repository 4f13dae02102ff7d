"""Every household that a file makes or splits has a head, and no other one loses its own."""

from __future__ import annotations

import pytest

from bot.register.work import carry_on, imports_of
from storage.database import Database
from tests import world
from tests.bot.office.people_files import as_csv
from tests.bot.register.test_work import homes, sent
from tests.clock import TurnedClock
from tests.handlers.matrix import HOMES
from tests.scheduler.duties import ground, settle

RULES = ground(HOMES)


async def heads(database: Database) -> dict[str, list[str]]:
    found = await homes(database)
    return {code: [one.name for one in home.people if one.head] for code, home in found.items()}


async def take_in(database: Database, clock: TurnedClock, *rows: tuple[str, ...]) -> int:
    place = await settle(database, clock, world.date(2026, 12, 3), RULES)
    number, planned = await sent(place, as_csv(*rows))
    assert not planned.problems, planned.problems
    await carry_on(database, lambda: RULES, number)
    return number


async def undo(database: Database, number: int) -> None:
    async with database.unit(world.OPERATOR, "test") as uow:
        one = await imports_of(uow).one(number)
        assert one and await imports_of(uow).begin_undo(one)
    await carry_on(database, lambda: RULES, number)


@pytest.fixture
async def number_of(database: Database) -> str:
    """A number by which the grandmother is known wherever she goes."""
    from bot.register.applying import changes_of
    from tests.bot.office.people_files import id_number

    await world.settle(database)
    number = id_number("99020219500305002")
    async with database.unit(world.OPERATOR, "test") as uow:
        home = (await changes_of(uow).homes(["HA00001"]))["HA00001"]
        (head,) = (one for one in home.people if one.head)
        await changes_of(uow).set_person(head.id, {"id_number": number})
    return number


@pytest.mark.parametrize("code", ["HA00000", "HA00002"])
@pytest.mark.parametrize("marked", ["是", ""])
async def test_both_homes_of_a_split_household_have_a_head(
    database: Database, clock: TurnedClock, number_of: str, code: str, marked: str
) -> None:
    before = await homes(database)
    mother = (code, world.GRID, "", "王桂兰", "女", "1950-03-05", number_of, "", marked, "")
    son = ("HA00001", "", "", "王小明", "男", "2015-06-01", "", "", "是", "")
    number = await take_in(database, clock, mother, son)
    found = await heads(database)
    assert (found[code], found["HA00001"]) == (["王桂兰"], ["王小明"])
    await undo(database, number)
    assert await homes(database) == before


async def test_a_new_household_is_headed_by_its_first_row_even_if_known(
    database: Database, clock: TurnedClock, number_of: str
) -> None:
    mother = ("N1", world.GRID, "", "王桂兰", "女", "1950-03-05", number_of, "", "", "")
    baby = ("N1", "", "", "王小宝", "男", "2020-01-02", "", "", "", "")
    await take_in(database, clock, mother, baby)
    assert (await heads(database))["N1"] == ["王桂兰"]
