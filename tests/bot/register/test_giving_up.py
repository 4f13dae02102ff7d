"""An import that can't go on is given up, and stops no other one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from bot.register.applying import Done, enter
from bot.register.planning import HomePlan
from bot.register.resuming import resume
from bot.register.work import carry_on, imports_of
from scheduler.ground import Ground
from storage.areas import Area
from storage.database import Database
from storage.import_tables import register_import, register_import_change
from storage.policy import Role
from storage.register_imports import QUIET, TRIES, UNDO, WAITS, Import
from storage.tables import area, audit
from storage.unit import UnitOfWork
from tests import world
from tests.bot.office.people_files import as_csv
from tests.bot.register.test_work import SUN, homes, sent
from tests.clock import TurnedClock
from tests.handlers.matrix import HOMES
from tests.scheduler.duties import Place, ground, settle

NEW_GRID = world.VILLAGE + "009"
RULES = ground(HOMES)


def new(code: str, where: str = world.GRID) -> tuple[str, ...]:
    return (code, where, "", "周桂香", "女", "1960-01-01", "", "", "", "")


@pytest.fixture
async def place(database: Database, clock: TurnedClock) -> Place:
    await world.settle(database)
    return await settle(database, clock, world.date(2026, 12, 3), RULES)


@pytest.fixture(autouse=True)
def unwritable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The household N3 can't be written, however often it is tried."""

    async def entering(
        uow: UnitOfWork, rules: Ground, homes: Sequence[HomePlan], number: int
    ) -> list[Done]:
        if any(home.code == "N3" for home in homes):
            raise OSError("N3")
        return await enter(uow, rules, homes, number)

    monkeypatch.setattr("bot.register.work.enter", entering)


async def stuck(place: Place) -> int:
    """An import whose second chunk can't be written."""
    number, _ = await sent(place, as_csv(new("N1"), new("N2"), new("N3")))
    return number


async def test_a_household_whose_area_is_gone_is_left_out_and_named(place: Place) -> None:
    async with place.database.unit(world.OPERATOR, "test") as uow:
        await uow.areas.put([Area(NEW_GRID, "grid", "第九网格", world.VILLAGE)])
    number, _ = await sent(place, as_csv(new("N1"), new("N2"), new("N4", NEW_GRID)))
    async with place.database.unit(world.OPERATOR, "test") as uow:
        await uow.connection.execute(delete(area).where(area.c.code == NEW_GRID))
    before = await homes(place.database)
    await carry_on(place.database, lambda: RULES, number)
    found, _ = await one(place, number)
    assert (found.state, len(found.kept)) == ("applied", 1)
    assert set(await homes(place.database)) - set(before) == {"N1", "N2"}


async def one(place: Place, number: int) -> tuple[Import, bytes | None]:
    async with place.database.unit(world.OPERATOR, "test") as uow:
        found = await imports_of(uow).one(number)
        assert found
        return found, await imports_of(uow).content(number)


async def try_often(place: Place) -> None:
    for _ in range(TRIES):
        place.clock.set(place.clock.now() + QUIET * 2)
        await resume(place.database, lambda: RULES)


async def test_an_import_that_always_fails_is_given_up_and_can_be_undone(place: Place) -> None:
    before, number = await homes(place.database), await stuck(place)
    await try_often(place)
    found, content = await one(place, number)
    assert (found.state, found.reached, found.chunks, content) == ("failed", 1, 2, None)
    assert set(await homes(place.database)) - set(before) == {"N1", "N2"}
    async with place.database.unit(world.OPERATOR, "test") as uow:
        assert await imports_of(uow).begin_undo(found)
    await carry_on(place.database, lambda: RULES, number)
    assert await homes(place.database) == before
    assert (await one(place, number))[0].state == "undone"


async def test_imports_behind_one_that_fails_go_on(place: Place) -> None:
    await stuck(place)
    number, _ = await sent(place, as_csv(SUN))
    place.clock.set(place.clock.now() + QUIET * 2)
    await resume(place.database, lambda: RULES)
    assert (await one(place, number))[0].state == "applied"


async def test_a_file_that_is_stuck_for_a_day_goes(place: Place) -> None:
    number = await stuck(place)
    place.clock.set(place.clock.now() + WAITS + timedelta(minutes=1))
    async with place.database.unit(world.OPERATOR, "test") as uow:
        await uow.purge()
    found, content = await one(place, number)
    assert (found.state, content) == ("failed", None)
    place.clock.set(place.clock.now() + UNDO + timedelta(minutes=1))
    async with place.database.unit(world.OPERATOR, "test") as uow:
        await uow.purge()
        assert (await uow.connection.execute(select(register_import_change))).all() == []


async def test_tries_are_counted_anew_once_a_chunk_is_in(place: Place) -> None:
    number, _ = await sent(place, as_csv(SUN))
    async with place.database.unit(world.OPERATOR, "test") as uow:
        for _ in range(TRIES - 1):
            assert not await imports_of(uow).failed(number)
        assert await imports_of(uow).advance(number, 0, [], [])
        tries = (await uow.connection.execute(select(register_import.c.tries))).scalar_one()
    assert tries == 0


async def test_it_goes_in_and_out_in_the_name_of_who_said_so(place: Place) -> None:
    database, content = place.database, as_csv(SUN)
    sender = await world.hire(database, Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP)
    chief = await world.hire(database, Role.COUNTY_ADMINISTRATOR, world.COUNTY)
    async with database.unit(sender, "test") as uow:
        number = await imports_of(uow).keep("a.csv", content, ends_tags=False)
    async with database.unit(chief, "test") as uow:
        assert await imports_of(uow).begin(number, {}, 1)
    await carry_on(database, lambda: RULES, number)
    async with database.unit(sender, "test") as uow:
        found = await imports_of(uow).one(number)
        assert found and found.actor.area == world.TOWNSHIP
        assert await imports_of(uow).begin_undo(found)
    await carry_on(database, lambda: RULES, number)
    assert await logged(database, "imported") == [chief.account_id]
    assert await logged(database, "undone") == [sender.account_id]


async def logged(database: Database, action: str) -> list[int | None]:
    async with database.unit(world.OPERATOR, "test") as uow:
        query = select(audit.c.account_id).where(audit.c.action == action)
        return list((await uow.connection.execute(query)).scalars())


async def test_every_row_of_a_household_that_stays_out_is_named(place: Place) -> None:
    child = ("N1", "", "", "周小雨", "女", "1995-01-02", "", "", "", "")
    number, _ = await sent(place, as_csv(new("N1"), child, new("N2")))
    async with place.database.unit(world.OPERATOR, "test") as uow:
        row = {"area_code": world.OTHER_TOWNSHIP}
        await uow.connection.execute(update(register_import).values(row))
    await carry_on(place.database, lambda: RULES, number)
    assert [row.partition("!")[2] for row in (await one(place, number))[0].kept] == ["2", "3", "4"]
