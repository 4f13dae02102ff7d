"""An import goes in and out on every database, and what is owed follows."""

from __future__ import annotations

from sqlalchemy import select

from bot.register.applying import changes_of
from bot.register.planning import Plan, plan
from bot.register.reading import read
from bot.register.work import carry_on, chunks, imports_of, scope_of
from storage.database import Database
from storage.obligation_tables import obligation
from storage.policy import Role
from storage.register_changes import KnownHome
from storage.tables import household
from tests import world
from tests.bot.office.people_files import as_csv, id_number
from tests.clock import TurnedClock
from tests.handlers.matrix import HOMES
from tests.scheduler.duties import Place, ground, settle

SUN = ("N1", world.GRID, "柳湾村9号", "孙秀英", "女", "1968-05-12", id_number(), "", "是", "独居")
WANG = ("HA00001", world.SIBLING_GRID, "", "王桂兰", "女", "1950-03-05", "", "13900139000", "", "")
LI = ("N1", "", "", "王小明", "男", "2015-06-01", "", "", "", "孤儿")


async def homes(database: Database) -> dict[str, KnownHome]:
    async with database.unit(world.OPERATOR, "test") as uow:
        ids = (await uow.connection.execute(select(household.c.id))).scalars().all()
        found = await changes_of(uow).homes_by_id(ids)
        return {one.code: one for one in found.values()}


async def owed(database: Database) -> list[tuple[str, str]]:
    one = obligation.c
    query = select(household.c.code, one.area_code).where(
        one.subject_kind == "household", one.subject_id == household.c.id, one.ended.is_(None)
    )
    async with database.unit(world.OPERATOR, "test") as uow:
        return sorted((code, area) for code, area in await uow.connection.execute(query))


async def sent(place: Place, content: bytes) -> tuple[int, Plan]:
    """A file that a township's supervisor has confirmed; its number."""
    database = place.database
    actor = await world.hire(database, Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP)
    rows = read("a.csv", content, place.clock.now().date())
    async with database.unit(actor, "test") as uow:
        scope = await scope_of(uow, actor, ends_tags=False)
        planned = await plan(changes_of(uow), rows, scope)
        number = await imports_of(uow).keep("a.csv", content, ends_tags=False)
        assert await imports_of(uow).begin(number, planned.counts, chunks(len(planned.homes)))
    return number, planned


async def test_an_import_goes_in_and_out(database: Database, clock: TurnedClock) -> None:
    await world.settle(database)
    rules = ground(HOMES)
    place = await settle(database, clock, world.date(2026, 12, 3), rules)
    await place.tick()
    before, duties = await homes(database), await owed(database)
    number, planned = await sent(place, as_csv(SUN, WANG))
    assert (planned.counts["homes_new"], planned.counts["moved"]) == (1, 1)
    await carry_on(database, lambda: rules, number)
    after = await homes(database)
    assert after["HA00001"].area_code == world.SIBLING_GRID
    assert {one.name for one in after["N1"].people} == {"孙秀英"}
    changed = {("HA00001", world.SIBLING_GRID), ("N1", world.GRID)}
    assert changed <= set(await owed(database))

    async with database.unit(world.OPERATOR, "test") as uow:
        one = await imports_of(uow).one(number)
        assert one and one.state == "applied" and await imports_of(uow).begin_undo(one)
    await carry_on(database, lambda: rules, number)
    assert (await homes(database), await owed(database)) == (before, duties)
    async with database.unit(world.OPERATOR, "test") as uow:
        one = await imports_of(uow).one(number)
    assert one and (one.state, list(one.kept)) == ("undone", [])


async def test_a_child_of_the_same_name_elsewhere_is_somebody_else(
    database: Database, clock: TurnedClock
) -> None:
    await world.settle(database)
    rules = ground(HOMES)
    place = await settle(database, clock, world.date(2026, 12, 3), rules)
    number, planned = await sent(place, as_csv(SUN, LI))
    assert [one.code for one in planned.hints] == ["namesake"]
    await carry_on(database, lambda: rules, number)
    names = [one.name for one in (await homes(database))["N1"].people]
    assert names == ["孙秀英", "王小明"]
