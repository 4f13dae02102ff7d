"""Who has a right code can't buy more guesses with it."""

from __future__ import annotations

from storage.policy import OPERATOR, Role
from tests.handlers.conftest import GRID, Village
from tests.handlers.paper import Talker

WRONG = "/start AAAAA22222"


async def a_code(village: Village) -> str:
    async with village.database.unit(OPERATOR, "test") as uow:
        one = await uow.accounts.add("张", Role.GRID_WORKER, GRID)
        return await uow.invites.issue("messenger", account_id=one.id)


async def guesses(someone: Talker, times: int) -> str:
    for _ in range(times):
        reply = await someone.say(WRONG)
    return reply.text


async def test_a_right_code_in_between_wipes_no_wrong_tries_out(village: Village) -> None:
    someone = village.talker("someone")
    assert "无效" in await guesses(someone, 4)
    await someone.say(f"/start {await a_code(village)}")
    assert "一小时" in await guesses(someone, 1)


async def test_two_chats_of_one_account_share_their_tries(village: Village) -> None:
    worker = await village.worker()
    assert "无效" in await guesses(worker, 4)
    code = await a_code(village)
    async with village.database.unit(OPERATOR, "test") as uow:
        chat = await uow.conversations.load(worker.channel.name, worker.address, "zh")
        other = await uow.conversations.load(worker.channel.name, "other", "zh")
        await uow.conversations.bind(other, account_id=chat.account_id, person_id=None)
    second = village.talker("other")
    assert "一小时" in await guesses(second, 1)
    assert "一小时" in (await worker.say(f"/start {code}")).text


async def test_wrong_tries_fade_within_the_hour(village: Village) -> None:
    someone = village.talker("someone")
    await guesses(someone, 4)
    village.clock.turn(hours=1, seconds=1)
    assert "无效" in await guesses(someone, 4)
