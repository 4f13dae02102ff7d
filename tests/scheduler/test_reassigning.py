"""Duties change hands at once, and what opens later follows."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, text

from scheduler.following import follow_charges
from storage.database import Database
from storage.obligation_tables import obligation
from storage.policy import OPERATOR, SYSTEM, Actor, Role
from storage.reassigning import Reassigning
from storage.takers import left_behind
from tests import world
from tests.clock import TurnedClock
from tests.scheduler.duties import Place, ground, settle, someone
from tests.scheduler.making import rule

ABOVE = Actor(Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP, account_id=999)
MONTHLY = rule(id="T01")
QUOTA = rule(id="T02", kind="quota", at_least=2, population={"subject": "worker"})


async def two_grids(database: Database, clock: TurnedClock) -> tuple[Place, int, int]:
    """A worker with three homes in a village with two grids, and the other grid's worker."""
    place = await settle(database, clock, date(2026, 7, 20), ground(MONTHLY, QUOTA))
    other = await world.hire(database, Role.GRID_WORKER, world.SIBLING_GRID)
    for number in (1, 2):
        await place.enter(someone(f"P{number}"), code=f"H{number}")
    await place.enter(someone("P3"), code="H3", area=world.SIBLING_GRID)
    await place.tick(date(2026, 9, 3))
    assert place.worker.account_id and other.account_id
    return place, place.worker.account_id, other.account_id


async def owners(place: Place, period: str = "2026-09") -> dict[int, int]:
    """Who owes the visits of a month, by person."""
    one = obligation.c
    query = select(one.subject_id, one.account_id).where(
        one.period_key == period, one.subject_kind == "person"
    )
    async with place.database.unit(SYSTEM, "test") as uow:
        return dict((await uow.connection.execute(query.order_by(one.subject_id))).all())


async def tick(place: Place, day: date) -> None:
    await place.tick(day)
    await follow_charges(place.database)


async def test_a_home_goes_to_somebody_else_for_good(
    database: Database, clock: TurnedClock
) -> None:
    place, mei, lan = await two_grids(database, clock)
    async with database.unit(ABOVE, "test") as uow:
        reassigning = Reassigning(uow.connection, uow.actor, uow.now)
        assert await reassigning.give_home(1, "grid_worker", mei, lan) == 1
    assert await owners(place) == {1: lan, 2: mei, 3: lan}
    await tick(place, date(2026, 10, 3))
    assert await owners(place, "2026-10") == {1: lan, 2: mei, 3: lan}


async def test_a_worker_leaves_and_everything_goes_to_another(
    database: Database, clock: TurnedClock
) -> None:
    place, mei, lan = await two_grids(database, clock)
    async with database.unit(OPERATOR, "test") as uow:
        reassigning = Reassigning(uow.connection, uow.actor, uow.now)
        moved = await reassigning.hand_over(mei, lan)
        await uow.accounts.close(mei)
    assert (moved.duties, moved.households, moved.drafts) == (2, 2, [])
    assert await owners(place) == {1: lan, 2: lan, 3: lan}
    await place.enter(someone("P4"), code="H4", area=world.SIBLING_GRID)
    await tick(place, date(2026, 10, 3))
    assert await owners(place, "2026-10") == {1: lan, 2: lan, 3: lan, 4: lan}


async def test_handing_over_twice_changes_nothing(database: Database, clock: TurnedClock) -> None:
    place, mei, lan = await two_grids(database, clock)
    async with database.unit(OPERATOR, "test") as uow:
        reassigning = Reassigning(uow.connection, uow.actor, uow.now)
        await reassigning.hand_over(mei, lan)
        again = await reassigning.hand_over(mei, lan)
    assert again.duties == 0
    assert await owners(place) == {1: lan, 2: lan, 3: lan}


async def test_a_part_of_an_area_can_be_handed_over(database: Database, clock: TurnedClock) -> None:
    _, _, lan = await two_grids(database, clock)
    village = await world.hire(database, Role.GRID_WORKER, world.VILLAGE)
    assert village.account_id
    async with database.unit(OPERATOR, "test") as uow:
        await uow.accounts.close(lan)
        reassigning = Reassigning(uow.connection, uow.actor, uow.now)
        moved = await reassigning.hand_over(lan, village.account_id)
        assert (moved.duties, moved.households) == (1, 1)
        # the village's worker has only what nobody works nearer to
        moved = await reassigning.hand_over(village.account_id, lan, world.GRID)
        assert (moved.duties, moved.households) == (0, 0)


async def test_what_a_worker_owes_for_themselves_stays_theirs(
    database: Database, clock: TurnedClock
) -> None:
    _, mei, lan = await two_grids(database, clock)
    async with database.unit(OPERATOR, "test") as uow:
        await Reassigning(uow.connection, uow.actor, uow.now).hand_over(mei, lan)
        query = text("SELECT subject_id, account_id FROM obligation WHERE subject_kind = 'worker'")
        rows = (await uow.connection.execute(query)).all()
    assert sorted(map(tuple, rows)) == [(mei, mei), (lan, lan)]


async def test_nobody_hands_over_beyond_their_own_area(
    database: Database, clock: TurnedClock
) -> None:
    place, mei, lan = await two_grids(database, clock)
    elsewhere = Actor(Role.TOWNSHIP_SUPERVISOR, world.OTHER_TOWNSHIP, account_id=999)
    below = Actor(Role.GRID_WORKER, world.GRID, account_id=mei)
    for actor in (elsewhere, below):
        async with database.unit(actor, "test") as uow:
            reassigning = Reassigning(uow.connection, uow.actor, uow.now)
            assert await reassigning.give_home(1, "grid_worker", mei, lan) == 0
            moved = await reassigning.hand_over(mei, lan)
            assert (moved.duties, moved.households) == (0, 0)
    assert await owners(place) == {1: mei, 2: mei, 3: lan}


async def test_who_works_nearest_is_offered_first(database: Database, clock: TurnedClock) -> None:
    _, mei, lan = await two_grids(database, clock)
    far = await world.hire(database, Role.GRID_WORKER, world.SIBLING_VILLAGE)
    await world.hire(database, Role.GRID_WORKER, world.OTHER_GRID)
    async with database.unit(ABOVE, "test") as uow:
        reassigning = Reassigning(uow.connection, uow.actor, uow.now)
        found, total = await reassigning.colleagues(world.GRID, mei)
    assert [(one.id, one.open) for one in found] == [(lan, 2), (far.account_id, 0)]
    assert total == 2


async def test_who_looks_after_children_is_given_no_home_without_one(
    database: Database, clock: TurnedClock
) -> None:
    place, mei, _ = await two_grids(database, clock)
    await place.enter(someone("P4"), someone("C4", date(2018, 5, 1)), code="H4")
    await place.tick(date(2026, 9, 4))
    director = await world.hire(database, Role.CHILD_DIRECTOR, world.VILLAGE)
    assert director.account_id
    async with database.unit(ABOVE, "test") as uow:
        reassigning = Reassigning(uow.connection, uow.actor, uow.now)
        offered = {
            home: director.account_id
            in [one.id for one in (await reassigning.colleagues(world.GRID, mei, home=home))[0]]
            for home in (1, 2, 4)
        }
        assert offered == {1: False, 2: False, 4: True}
        assert await reassigning.colleague(world.GRID, director.account_id, home=1) is None
        assert await reassigning.give_home(1, "grid_worker", mei, director.account_id) == 0
        successor = await reassigning.colleague(world.GRID, director.account_id)
        assert successor
        outlook = await reassigning.outlook(mei, successor)
        assert (outlook.duties, outlook.stay, outlook.homes) == (1, 3, ["H1", "H2", "H4"])
        moved = await reassigning.hand_over(mei, director.account_id)
        assert (moved.duties, moved.households, moved.stay) == (1, 1, 3)
        stays = await left_behind(uow.connection, Role.CHILD_DIRECTOR, [1, 2, 4], uow.today)
        assert stays == ["H1", "H2"]
    await tick(place, date(2026, 10, 3))
    owed = await owners(place, "2026-10")
    assert {number for number, owner in owed.items() if owner == director.account_id} == {5}
