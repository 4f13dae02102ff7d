"""A child's file asks for a purpose; in an emergency one more file opens for an hour."""

from __future__ import annotations

import pytest

from storage.database import Database
from storage.file_access import EMERGENCIES_A_DAY, Opened, TooManyEmergenciesError
from storage.policy import NOBODY, OPERATOR, SYSTEM, Actor, Role
from storage.register import NewHousehold
from tests import world
from tests.clock import TurnedClock


async def chat_of(database: Database, actor: Actor) -> int:
    async with database.unit(SYSTEM, "test") as uow:
        return (await uow.conversations.load("paper", f"chat-{actor.account_id}", "zh")).id


async def break_glass(database: Database, actor: Actor, code: str) -> Opened | None:
    chat = await chat_of(database, actor)
    async with database.unit(actor, "test") as uow:
        return await uow.file_access.break_glass(chat, code, "老人摔倒在路上")


async def sees(database: Database, actor: Actor) -> set[str]:
    """Whom somebody may open by code, of all that there are."""
    async with database.unit(actor, "test") as uow:
        codes = [f"P{letter}0000{n}" for letter in "ABCD" for n in (1, 2)]
        people = {code for code in codes if await uow.register.person(code)}
        homes = [f"H{letter}00001" for letter in "ABCD"]
        return people | {code for code in homes if await uow.register.household(code)}


@pytest.fixture
async def worker(village: Database) -> Actor:
    return await world.hire(village, Role.GRID_WORKER, world.GRID)


async def test_a_purpose_holds_for_one_chat_child_and_day(
    village: Database, worker: Actor, clock: TurnedClock
) -> None:
    chat = await chat_of(village, worker)
    async with village.unit(worker, "test") as uow:
        assert await uow.file_access.purpose(chat, 2) is None
        await uow.file_access.state(chat, 2, "visit")
        assert await uow.file_access.purpose(chat, 2) == "visit"
        assert await uow.file_access.purpose(chat, 1) is None
    colleague = await world.hire(village, Role.GRID_WORKER, world.GRID)
    async with village.unit(colleague, "test") as uow:
        assert await uow.file_access.purpose(chat, 2) is None
    clock.turn(days=1)
    async with village.unit(worker, "test") as uow:
        assert await uow.file_access.purpose(chat, 2) is None


async def test_an_emergency_opens_one_file_for_an_hour_and_no_list(
    village: Database, worker: Actor, clock: TurnedClock
) -> None:
    own = {"HA00001", "PA00001", "PA00002"}
    assert await sees(village, worker) == own
    opened = await break_glass(village, worker, "PB00001")
    assert opened and (opened.kind, opened.code) == ("person", "PB00001")
    assert await sees(village, worker) == own | {"PB00001"}
    colleague = await world.hire(village, Role.GRID_WORKER, world.GRID)
    assert await sees(village, colleague) == own
    async with village.unit(worker, "test") as uow:
        assert (await uow.register.list("person"))[1] == 2
        home = await uow.register.household("HA00001")
        assert home and len(await uow.register.people_of(home.id)) == 2
    clock.turn(minutes=59, seconds=59)
    assert "PB00001" in await sees(village, worker)
    clock.turn(seconds=1)
    assert await sees(village, worker) == own


async def test_an_emergency_at_a_household_opens_the_files_of_who_lives_there(
    village: Database, worker: Actor
) -> None:
    before = await sees(village, worker)
    assert await break_glass(village, worker, "HD00001")
    assert await sees(village, worker) - before == {"HD00001", "PD00001", "PD00002"}


async def test_an_emergency_goes_beyond_what_a_role_is_for(village: Database) -> None:
    director = await world.hire(village, Role.CHILD_DIRECTOR, world.GRID)
    assert await break_glass(village, director, "PA00001")
    assert await sees(village, director) == {"HA00001", "PA00001", "PA00002"}


async def test_an_emergency_stays_within_the_county(village: Database, worker: Actor) -> None:
    foreign = Actor(Role.GRID_WORKER, "990303100201001", account_id=worker.account_id)
    assert await break_glass(village, foreign, "PA00001") is None
    assert await break_glass(village, worker, "PX99999") is None


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.HEALTH_BUREAU, Role.FOOD_DRUG_STATION])
async def test_who_looks_after_nobody_has_no_emergencies(village: Database, role: Role) -> None:
    actor = await world.hire(village, role, world.COUNTY)
    with pytest.raises(PermissionError):
        await break_glass(village, actor, "PA00001")
    for other in (NOBODY, OPERATOR, Actor(Role.RESIDENT, person_id=1)):
        with pytest.raises(PermissionError):
            await break_glass(village, other, "PA00001")


async def test_emergencies_are_few_a_day(
    village: Database, worker: Actor, clock: TurnedClock
) -> None:
    async with village.unit(OPERATOR, "test") as uow:
        homes = [NewHousehold(f"HX0000{n}", world.SIBLING_GRID, "新街") for n in range(9)]
        await uow.register.enter(homes, "test")
    for n in range(EMERGENCIES_A_DAY):
        assert await break_glass(village, worker, f"HX0000{n}")
    with pytest.raises(TooManyEmergenciesError):
        await break_glass(village, worker, "HX00008")
    clock.turn(days=1)
    assert await break_glass(village, worker, "HX00008")


async def test_wrong_guesses_count_as_well(village: Database, worker: Actor) -> None:
    for number in range(EMERGENCIES_A_DAY):
        assert await break_glass(village, worker, f"PZ0000{number}") is None
    with pytest.raises(TooManyEmergenciesError):
        await break_glass(village, worker, "PB00001")
