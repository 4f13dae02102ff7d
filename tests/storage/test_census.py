"""The register as rules look at it: every household once, with whoever lives there now."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import update

from storage.database import Database
from storage.obligations_facts import Dossier, EventTold, Facts
from storage.policy import OPERATOR, Actor, Role
from storage.spells import Spells
from storage.tables import person
from tests import world


async def homes(database: Database, size: int, area: str = "") -> list[Dossier]:
    found: list[Dossier] = []
    async with database.reading(OPERATOR, "test") as uow:
        while chunk := await uow.census.homes(found[-1].whose.id if found else 0, size, area):
            found += chunk
    return found


async def test_every_household_comes_once_whatever_the_chunks(village: Database) -> None:
    whole = await homes(village, 100)
    assert [one.whose.area_code for one in whole] == list(world.HOUSEHOLDERS.values())
    for size in (1, 3):
        assert await homes(village, size) == whole


async def test_people_come_with_their_classes_and_birthdays(village: Database) -> None:
    (home,) = await homes(village, 100, world.GRID)
    grandmother, grandchild = home.members
    assert [name for name, _, _ in grandmother.tags] == ["hypertension", "over_65"]
    assert grandchild.birth_date == date(2015, 6, 1)
    assert grandchild.entered_at == home.entered_at


async def test_it_has_what_a_dossier_has(village: Database) -> None:
    day, now = date(2026, 11, 1), village.clock.now()
    supervisor = await world.hire(village, Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP)
    assert supervisor.account_id
    (before,) = await homes(village, 100, world.GRID)
    someone = before.members[0].whose
    async with village.unit(OPERATOR, "test") as uow:
        facts = Facts(uow.connection)
        spells = Spells(uow.connection)
        await spells.begin("tier", someone.id, "child.monthly", day, "test")
        for whose in (someone, before.whose):
            await spells.add_day(whose.kind, whose.id, "certified_on", day, "test")
            await facts.tell(whose, EventTold("incident", "incident@1", day, now))
        await facts.leaves(before.members[1].whose.id, "moved", day, "test", now)
        await facts.confirm(before.members[1].whose.id, supervisor.account_id, now)
        kept = await facts.dossier("household", before.whose.id)
        assert kept
    (after,) = await homes(village, 100, world.GRID)
    assert replace(after, members=()) == replace(kept, members=())
    assert list(after.members) == sorted(kept.members, key=lambda one: one.whose.id)
    assert after.members[0].tiers == (("child.monthly", day, None),)
    assert after.members[1].left_on == day


async def test_who_is_not_in_the_register_is_left_out(village: Database) -> None:
    async with village.unit(OPERATOR, "test") as uow:
        gone = update(person).where(person.c.code == "PA00001").values(state="moved")
        await uow.connection.execute(gone)
    (home,) = await homes(village, 100, world.GRID)
    assert len(home.members) == 1


async def test_only_the_operator_reads_it(village: Database) -> None:
    worker = Actor(Role.GRID_WORKER, world.GRID)
    async with village.reading(worker, "test") as uow:
        with pytest.raises(PermissionError):
            _ = uow.census


async def test_who_administers_a_county_reads_and_counts_no_other(village: Database) -> None:
    own = world.TOWNSHIP[:6]
    async with village.reading(OPERATOR, "test") as uow:
        everywhere = await uow.census.homes(0, 100)
    chief = Actor(Role.COUNTY_ADMINISTRATOR, own, account_id=1)
    async with village.reading(chief, "test") as uow:
        found = await uow.census.homes(0, 100)
        assert await uow.census.count() == len(found)
        assert await uow.census.count(world.GRID) == 1
    assert found == [one for one in everywhere if one.whose.area_code.startswith(own)]
    nowhere = Actor(Role.COUNTY_ADMINISTRATOR, "880101", account_id=1)
    async with village.reading(nowhere, "test") as uow:
        assert (await uow.census.count(), await uow.census.homes(0, 100)) == (0, [])
