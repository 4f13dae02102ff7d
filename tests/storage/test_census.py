"""The register as rules look at it: every household once, with whoever lives there now."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update

from storage.census import CountedHome
from storage.database import Database
from storage.policy import OPERATOR, Actor, Role
from storage.tables import person
from tests import world


async def homes(database: Database, size: int, area: str = "") -> list[CountedHome]:
    found: list[CountedHome] = []
    async with database.reading(OPERATOR, "test") as uow:
        while chunk := await uow.census.homes(found[-1].id if found else 0, size, area):
            found += chunk
    return found


async def test_every_household_comes_once_whatever_the_chunks(village: Database) -> None:
    whole = await homes(village, 100)
    assert [one.area_code for one in whole] == list(world.HOUSEHOLDERS.values())
    for size in (1, 3):
        assert await homes(village, size) == whole


async def test_people_come_with_their_classes_and_birthdays(village: Database) -> None:
    (home,) = await homes(village, 100, world.GRID)
    grandmother, grandchild = home.people
    assert [name for name, _, _ in grandmother.tags] == ["hypertension", "over_65"]
    assert grandchild.birth_date == date(2015, 6, 1)
    assert grandchild.entered_at == home.entered_at


async def test_who_moved_away_is_not_counted(village: Database) -> None:
    async with village.unit(OPERATOR, "test") as uow:
        gone = update(person).where(person.c.code == "PA00001").values(state="moved")
        await uow.connection.execute(gone)
    (home,) = await homes(village, 100, world.GRID)
    assert len(home.people) == 1


async def test_only_the_operator_reads_it(village: Database) -> None:
    worker = Actor(Role.GRID_WORKER, world.GRID)
    async with village.reading(worker, "test") as uow:
        with pytest.raises(PermissionError):
            _ = uow.census
