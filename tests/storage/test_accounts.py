"""Accounts, the tokens that let people in, and the conversations that speak for them."""

from __future__ import annotations

import pytest

from storage import codes
from storage.database import Database
from storage.invites import TokenKind
from storage.policy import NOBODY, OPERATOR, SYSTEM, Role
from tests import world
from tests.clock import TurnedClock


async def test_a_code_is_taken_as_people_type_it(village: Database) -> None:
    async with village.unit(OPERATOR, "test") as uow:
        account = await uow.accounts.add("周敏", Role.GRID_WORKER, world.GRID)
        token = await uow.invites.issue("messenger", account_id=account.id)
        typed = f" {token[:5].lower()}-{token[5:].lower()} "
        invitee = await uow.invites.redeem("messenger", typed)
        assert invitee and invitee.account_id == account.id
        assert await uow.invites.redeem("messenger", token) is None


@pytest.mark.parametrize(("kind", "days"), [("messenger", 7), ("web", 1)])
async def test_a_token_is_void_when_its_time_is_over(
    village: Database, clock: TurnedClock, kind: TokenKind, days: int
) -> None:
    async with village.unit(OPERATOR, "test") as uow:
        account = await uow.accounts.add("周敏", Role.GRID_WORKER, world.GRID)
        early = await uow.invites.issue(kind, account_id=account.id)
        late = await uow.invites.issue(kind, account_id=account.id)
        clock.turn(days=days, seconds=-1)
        assert await uow.invites.redeem(kind, early)
        clock.turn(seconds=1)
        assert await uow.invites.redeem(kind, late) is None


async def test_a_token_of_one_kind_does_not_work_as_the_other(village: Database) -> None:
    async with village.unit(OPERATOR, "test") as uow:
        account = await uow.accounts.add("周敏", Role.GRID_WORKER, world.GRID)
        token = await uow.invites.issue("messenger", account_id=account.id)
        assert await uow.invites.redeem("web", token) is None


async def test_supervisors_are_those_whose_area_holds_the_place(village: Database) -> None:
    async with village.unit(OPERATOR, "test") as uow:
        ours = await uow.accounts.add("周敏", Role.TOWNSHIP_SUPERVISOR, world.TOWNSHIP)
        await uow.accounts.add("吴芳", Role.TOWNSHIP_SUPERVISOR, world.OTHER_TOWNSHIP)
        await uow.accounts.add("郑强", Role.GRID_WORKER, world.TOWNSHIP)
        assert await uow.accounts.supervisors(world.GRID) == [ours]


async def test_accounts_are_listed_by_area_and_found_by_code(village: Database) -> None:
    async with village.unit(OPERATOR, "test") as uow:
        second = await uow.accounts.add("吴芳", Role.GRID_WORKER, world.SIBLING_GRID)
        first = await uow.accounts.add("周敏", Role.GRID_WORKER, world.GRID)
        assert await uow.accounts.all() == [first, second]
        assert await uow.accounts.by_code(first.code.lower()) == first
        assert await uow.accounts.get(0) is None


async def test_a_conversation_is_one_for_each_address_of_each_channel(village: Database) -> None:
    async with village.unit(SYSTEM, "test") as uow:
        chat = await uow.conversations.load("telegram", "1", "en")
        assert (chat.language, chat.state, chat.actor) == ("en", {}, NOBODY)
        assert (await uow.conversations.load("telegram", "1", "zh")).id == chat.id
        assert (await uow.conversations.load("web", "1", "zh")).id != chat.id


async def test_a_saved_conversation_comes_back_with_a_new_revision(village: Database) -> None:
    async with village.unit(SYSTEM, "test") as uow:
        chat = await uow.conversations.load("telegram", "1", "zh")
        chat.state, chat.language = {"kind": "menu", "说": "话"}, "en"
        await uow.conversations.save(chat)
    async with village.unit(SYSTEM, "test") as uow:
        again = await uow.conversations.load("telegram", "1", "zh")
    assert (again.state, again.language, again.revision) == ({"kind": "menu", "说": "话"}, "en", 1)


async def test_a_bound_conversation_can_be_reached_until_it_can_not(village: Database) -> None:
    worker = await world.hire(village, Role.GRID_WORKER, world.GRID)
    assert worker.account_id
    async with village.unit(SYSTEM, "test") as uow:
        chat = await uow.conversations.load("telegram", "1", "zh")
        await uow.conversations.bind(chat, account_id=worker.account_id, person_id=None)
        assert chat.actor == worker
        assert [one.id for one in await uow.conversations.of_account(worker.account_id)] == [
            chat.id
        ]
        await uow.conversations.unreachable(chat.id)
        assert await uow.conversations.of_account(worker.account_id) == []


async def test_areas_are_read_by_subtree_and_renamed_in_place(village: Database) -> None:
    async with village.unit(OPERATOR, "test") as uow:
        below = await uow.areas.all(world.VILLAGE)
        assert [one.code for one in below] == [world.VILLAGE, world.GRID, world.SIBLING_GRID]
        await uow.areas.put(world.AREAS)
        assert len(await uow.areas.all()) == len(world.AREAS)
        assert await uow.areas.get("98") is None


def test_codes_have_no_letters_that_are_read_wrongly() -> None:
    assert not set("01IO") & set(codes.ALPHABET)
    assert len({codes.invite_code() for _ in range(100)}) == 100
    assert len(codes.invite_code()) == 10
