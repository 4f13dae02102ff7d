"""Who may let whom in and keep whom out: by role and area, and some only when another confirms."""

from __future__ import annotations

import pytest

from storage.database import Database
from storage.policy import NOBODY, OPERATOR, POWERS, STAFF_ROLES, Actor, Role
from tests import world


@pytest.mark.parametrize("role", STAFF_ROLES)
async def test_a_role_lets_in_whom_its_powers_name_and_only_in_its_own_area(
    village: Database, role: Role
) -> None:
    actor = await world.hire(village, role, world.TOWNSHIP)
    for other in STAFF_ROLES:
        for area in (world.TOWNSHIP, world.GRID, world.OTHER_TOWNSHIP, world.COUNTY):
            may = other in POWERS[role].invites and area in (world.TOWNSHIP, world.GRID)
            async with village.unit(actor, "test") as uow:
                if may:
                    added = await uow.accounts.add("吴芳", other, area)
                    assert await uow.invites.issue("messenger", account_id=added.id)
                else:
                    with pytest.raises(PermissionError):
                        await uow.accounts.add("吴芳", other, area)


async def test_an_account_of_anybody_else_is_not_there(village: Database) -> None:
    worker = await world.hire(village, Role.GRID_WORKER, world.GRID)
    colleague = await world.hire(village, Role.GRID_WORKER, world.GRID)
    above = await world.hire(village, Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP)
    beside = await world.hire(village, Role.TOWNSHIP_SUPERVISOR, world.OTHER_TOWNSHIP)
    top = await world.hire(village, Role.COUNTY_ADMINISTRATOR, world.COUNTY)
    auditor = await world.hire(village, Role.AUDITOR, world.COUNTY)
    expected = {
        worker: {worker},
        colleague: {colleague},
        above: {worker, colleague, above},
        beside: {beside},
        top: {worker, colleague, above, beside, top, auditor},
        auditor: {auditor},
        NOBODY: set(),
        Actor(Role.RESIDENT, person_id=1): set(),
    }
    for actor, seen in expected.items():
        async with village.unit(actor, "test") as uow:
            ids = {one.account_id for one in seen}
            assert {one.id for one in await uow.accounts.all()} == ids, actor
            for one in (worker, colleague, above, beside, top, auditor):
                assert one.account_id
                found = await uow.accounts.get(one.account_id)
                assert (found is not None) == (one.account_id in ids)


@pytest.mark.parametrize("deed", ["close", "open", "hold", "void", "confirm", "issue"])
async def test_nobody_decides_about_accounts_that_are_not_in_their_care(
    village: Database, deed: str
) -> None:
    worker = await world.hire(village, Role.GRID_WORKER, world.GRID)
    actors = (
        worker,
        await world.hire(village, Role.GRID_WORKER, world.GRID),
        await world.hire(village, Role.TOWNSHIP_SUPERVISOR, world.OTHER_TOWNSHIP),
        await world.hire(village, Role.AUDITOR, world.COUNTY),
        NOBODY,
        Actor(Role.RESIDENT, person_id=1),
    )
    assert worker.account_id
    for actor in actors:
        async with village.unit(actor, "test") as uow:
            with pytest.raises(PermissionError):
                if deed == "hold":
                    await uow.accounts.hold(worker.account_id, "suspended")
                elif deed == "issue":
                    await uow.invites.issue("web", account_id=worker.account_id)
                else:
                    await getattr(uow.accounts, deed)(worker.account_id)


async def test_a_code_for_a_resident_comes_from_who_looks_after_them(village: Database) -> None:
    async with village.unit(OPERATOR, "test") as uow:
        person = await uow.register.person("PA00001")
        assert person
    for role, area, may in (
        (Role.GRID_WORKER, world.GRID, True),
        (Role.GRID_WORKER, world.SIBLING_GRID, False),
        (Role.CHILD_DIRECTOR, world.VILLAGE, False),
        (Role.AUDITOR, world.COUNTY, False),
    ):
        async with village.unit(await world.hire(village, role, area), "test") as uow:
            if may:
                assert await uow.invites.issue("messenger", person_id=person.id)
            else:
                with pytest.raises(PermissionError):
                    await uow.invites.issue("messenger", person_id=person.id)


async def test_a_county_administrator_works_once_another_has_confirmed(village: Database) -> None:
    first = await world.hire(village, Role.COUNTY_ADMINISTRATOR, world.COUNTY)
    second = await world.hire(village, Role.COUNTY_ADMINISTRATOR, world.COUNTY)
    async with village.unit(first, "test") as uow:
        new = await uow.accounts.add("吴芳", Role.COUNTY_ADMINISTRATOR, world.COUNTY)
        assert (new.active, new.held) == (False, "pending")
        assert await uow.accounts.get(new.id) == new
        with pytest.raises(PermissionError):
            await uow.accounts.confirm(new.id)
        await uow.accounts.open(new.id)  # a way round that leads nowhere
        assert await uow.accounts.get(new.id) == new
    async with village.unit(second, "test") as uow:
        assert await uow.accounts.confirm(new.id)
        assert not await uow.accounts.confirm(new.id)
        found = await uow.accounts.get(new.id)
    assert found and found.active and not found.held


async def test_an_account_rests_and_comes_back(village: Database) -> None:
    worker = await world.hire(village, Role.GRID_WORKER, world.GRID)
    above = await world.hire(village, Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP)
    assert worker.account_id
    async with village.unit(above, "test") as uow:
        await uow.accounts.hold(worker.account_id, "suspended")
        resting = await uow.accounts.get(worker.account_id)
        await uow.accounts.open(worker.account_id)
        back = await uow.accounts.get(worker.account_id)
    assert resting and (resting.active, resting.held) == (False, "suspended")
    assert back and (back.active, back.held) == (True, "")


async def test_a_unit_of_nobody_reads_nothing_that_was_given_up(village: Database) -> None:
    worker = await world.hire(village, Role.GRID_WORKER, world.GRID)
    for actor in (NOBODY, worker):
        async with village.unit(actor, "test") as uow:
            for name in ("dead_letters", "census"):
                with pytest.raises(PermissionError):
                    getattr(uow, name)
