"""Each actor sees the subtree of their area, filtered by what their role is for, and no more."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from storage.database import Database
from storage.office_tables import charge
from storage.policy import NOBODY, OPERATOR, POWERS, STAFF_ROLES, SYSTEM, Actor, Role
from storage.register import NewHousehold
from tests import world
from tests.clock import TurnedClock

ROLES = Path(__file__).parents[2] / "scheduler" / "rules" / "roles.toml"


async def seen(database: Database, actor: Actor) -> tuple[set[str], set[str]]:
    """The households and people that the lists and the single look-ups show, by letter."""
    async with database.unit(actor, "test") as uow:
        homes, home_count = await uow.register.list("household", size=50)
        people, person_count = await uow.register.list("person", size=50)
        assert (home_count, person_count) == (len(homes), len(people))
        for letter in "ABCD":
            home, person = f"H{letter}00001", f"P{letter}00001"
            found = await uow.register.household(home)
            assert (found is not None) == (home in {one.code for one in homes})
            opened = await uow.register.person(person)
            assert (opened is not None) == (person in {one.code for one in people})
    return {one.code[1] for one in homes}, {one.code[1] + one.code[-1] for one in people}


@pytest.mark.parametrize(
    ("role", "area", "letters"),
    [
        (Role.GRID_WORKER, world.GRID, "A"),
        (Role.GRID_WORKER, world.SIBLING_GRID, "B"),
        (Role.GRID_WORKER, world.VILLAGE, "AB"),
        (Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP, "ABC"),
        (Role.TOWNSHIP_SUPERVISOR, world.OTHER_TOWNSHIP, "D"),
        (Role.COUNTY_ADMINISTRATOR, world.COUNTY, "ABCD"),
    ],
)
async def test_staff_see_their_subtree_and_neither_siblings_nor_parents(
    village: Database, role: Role, area: str, letters: str
) -> None:
    homes, people = await seen(village, Actor(role, area, account_id=1))
    assert homes == set(letters)
    assert people == {letter + digit for letter in letters for digit in "12"}


@pytest.mark.parametrize("actor", [OPERATOR, SYSTEM])
async def test_the_operator_and_the_plumbing_see_everything(
    village: Database, actor: Actor
) -> None:
    homes, _ = await seen(village, actor)
    assert homes == set("ABCD")


@pytest.mark.parametrize(
    "actor",
    [
        NOBODY,
        Actor(Role.NOBODY, world.COUNTY),
        Actor(Role.GRID_WORKER),
        Actor(Role.GRID_WORKER, "98"),
        Actor(Role.RESIDENT),
    ],
)
async def test_without_a_scope_there_is_nothing(village: Database, actor: Actor) -> None:
    assert await seen(village, actor) == (set(), set())


async def test_a_child_director_sees_minors_and_their_households(village: Database) -> None:
    actor = Actor(Role.CHILD_DIRECTOR, world.VILLAGE, account_id=1)
    homes, people = await seen(village, actor)
    assert homes == {"A", "B"}
    assert people == {"A2", "B2"}


async def test_a_child_leaves_the_child_directors_list_on_the_eighteenth_birthday(
    village: Database, clock: TurnedClock
) -> None:
    actor = Actor(Role.CHILD_DIRECTOR, world.GRID, account_id=1)
    clock.set(clock.now().replace(year=2033, month=5, day=31))
    assert await seen(village, actor) == ({"A"}, {"A2"})
    clock.turn(days=1)
    assert await seen(village, actor) == (set(), set())


async def test_a_birthday_begins_at_midnight_where_the_people_live(
    village: Database, clock: TurnedClock
) -> None:
    village.zone = ZoneInfo("Asia/Shanghai")
    actor = Actor(Role.CHILD_DIRECTOR, world.GRID, account_id=1)
    clock.set(datetime(2033, 5, 31, 15, 59, tzinfo=UTC))
    assert await seen(village, actor) == ({"A"}, {"A2"})
    clock.turn(minutes=1)  # the first of June in Shanghai
    assert await seen(village, actor) == (set(), set())


async def test_a_household_shows_a_child_director_its_minors_only(village: Database) -> None:
    async with village.unit(OPERATOR, "test") as uow:
        home = await uow.register.household("HA00001")
        assert home
        everyone = await uow.register.people_of(home.id)
    async with village.unit(Actor(Role.CHILD_DIRECTOR, world.GRID), "test") as uow:
        minors = await uow.register.people_of(home.id)
    assert [one.code for one in everyone] == ["PA00001", "PA00002"]
    assert [one.code for one in minors] == ["PA00002"]


async def charge_with(database: Database, home: str, account: int) -> None:
    """A supervisor has given a household to somebody."""
    async with database.unit(OPERATOR, "test") as uow:
        found = await uow.register.household(home)
        assert found
        row = {"household_id": found.id, "role": "grid_worker", "since": uow.now}
        await uow.connection.execute(insert(charge).values(row | {"account_id": account}))


@pytest.mark.parametrize(
    ("role", "area", "homes", "people"),
    [
        (Role.GRID_WORKER, world.SIBLING_GRID, "AB", {"A1", "A2", "B1", "B2"}),
        (Role.CHILD_DIRECTOR, world.SIBLING_GRID, "AB", {"A2", "B2"}),
        (Role.TOWNSHIP_SUPERVISOR, world.OTHER_TOWNSHIP, "D", {"D1", "D2"}),
    ],
)
async def test_a_home_that_a_supervisor_has_given_to_a_worker_is_theirs_to_see(
    village: Database, role: Role, area: str, homes: str, people: set[str]
) -> None:
    async with village.unit(OPERATOR, "test") as uow:
        mine = await uow.accounts.add("测试", role, area)
        other = await uow.accounts.add("测试", role, area)
    before = await seen(village, Actor(role, area, account_id=mine.id))
    await charge_with(village, "HA00001", mine.id)
    assert await seen(village, Actor(role, area, account_id=mine.id)) == (set(homes), people)
    assert await seen(village, Actor(role, area, account_id=other.id)) == before


async def test_a_resident_sees_only_themselves(village: Database) -> None:
    async with village.unit(OPERATOR, "test") as uow:
        person = await uow.register.person("PA00001")
        assert person
    resident = Actor(Role.RESIDENT, person_id=person.id)
    homes, people = await seen(village, resident)
    assert (homes, people) == (set(), {"A1"})


async def test_a_unit_sees_with_other_eyes_after_it_became_somebody(village: Database) -> None:
    async with village.unit(SYSTEM, "test") as uow:
        assert (await uow.register.list("household"))[1] == 4
        uow.become(Actor(Role.GRID_WORKER, world.GRID, account_id=1))
        assert (await uow.register.list("household"))[1] == 1


@pytest.mark.parametrize("role", [Role.GRID_WORKER, Role.COUNTY_ADMINISTRATOR, Role.SYSTEM])
async def test_only_the_command_line_and_the_plumbing_enter_the_register(
    village: Database, role: Role
) -> None:
    new = NewHousehold("HX00001", world.GRID, "新街1号")
    async with village.unit(Actor(role, world.COUNTY), "test") as uow:
        if role is Role.SYSTEM:
            assert await uow.register.enter([new], "test") == 0
        else:
            with pytest.raises(PermissionError):
                await uow.register.enter([new], "test")


async def test_only_field_staff_start_interviews(village: Database) -> None:
    for actor in (NOBODY, OPERATOR, Actor(Role.RESIDENT, person_id=1)):
        async with village.unit(actor, "test") as uow:
            with pytest.raises(PermissionError):
                await uow.interviews.start(1, "0" * 64, ("none", None), {}, {})


def test_an_age_counts_full_years() -> None:
    from storage.register import PersonFile

    person = PersonFile(1, "P1", 1, world.GRID, "王", "f", date(1960, 2, 29), False, ())
    assert person.age(date(2026, 2, 28)) == 65
    assert person.age(date(2026, 3, 1)) == 66


@pytest.mark.parametrize(
    ("role", "homes", "people"),
    [
        (Role.VILLAGE_DOCTOR, "AB", {"A1", "A2", "B1", "B2"}),
        (Role.CADRE, "AB", {"A1", "A2", "B1", "B2"}),
        (Role.CHILD_SUPERVISOR, "AB", {"A2", "B2"}),
        (Role.PENSION_AGENCY, "AB", {"A1", "B1"}),
        (Role.FOOD_DRUG_STATION, "", set()),
        (Role.HEALTH_BUREAU, "", set()),
        (Role.AUDITOR, "", set()),
    ],
)
async def test_a_role_sees_whom_it_is_for(
    village: Database, role: Role, homes: str, people: set[str]
) -> None:
    actor = Actor(role, world.VILLAGE, account_id=1)
    assert await seen(village, actor) == (set(homes), people)


def test_every_role_of_the_rules_is_a_role_of_the_policy() -> None:
    named = {one["id"]: one for one in tomllib.loads(ROLES.read_text("utf-8"))["role"]}
    assert set(named) == {role.value for role in STAFF_ROLES}
    for role in STAFF_ROLES:
        assert POWERS[role].fills != bool(named[role.value].get("reads_only")), role
        assert POWERS[role].level == named[role.value]["level"], role
