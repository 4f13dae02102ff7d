"""A code for somebody who has an account: their chats hear of it, and it takes nobody's place."""

from __future__ import annotations

from core.messages import Tap
from handlers import kinds
from storage import codes
from storage.accounts import Account
from storage.policy import OPERATOR, Role
from storage.priorities import ANSWER
from storage.web import DatabaseWebStore
from tests.handlers.conftest import COUNTY, GRID, TOWNSHIP, Village
from tests.handlers.paper import Talker
from tests.handlers.test_inviting import code_in, invite

UNTIL = "2026-11-21T03:00+00:00"


async def account(village: Village, someone: Talker) -> Account:
    assert someone.account
    async with village.database.unit(OPERATOR, "test") as uow:
        found = await uow.accounts.get(someone.account)
        assert found
        return found


async def again(village: Village, by: Talker, whose: Talker) -> str:
    """A new code for an account."""
    one = await account(village, whose)
    return code_in(await by.do(Tap(token=f"a:again:{one.code}")))


async def test_a_lost_phone_is_cut_off_by_the_new_one(village: Village) -> None:
    mei = await village.worker()
    gao = await village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    store = DatabaseWebStore(village.database, "zh")
    async with village.database.unit(OPERATOR, "test") as uow:
        link = await uow.invites.issue("web", account_id=mei.account)
    page = await store.redeem(link)
    assert page
    village.clock.turn(minutes=1)
    code = await again(village, gao, mei)
    assert "重新发了邀请码" in mei.last.text
    assert "今天要做什么" in (await mei.say("/menu")).text
    assert await store.session(page)
    new = village.talker("new")
    assert "欢迎" in (await new.say(f"/start {code}")).text
    assert "另一部手机上登录" in mei.last.text
    assert "今天要做什么" not in (await mei.say("/menu")).text
    assert await store.session(page) is None
    mine = await account(village, mei)
    await gao.do(Tap(token=f"a:suspend:{mine.code}"))
    await gao.do(Tap(token=f"a:resume:{mine.code}"))
    assert "今天要做什么" not in (await mei.say("/menu")).text
    assert "今天要做什么" in (await new.say("/menu")).text


async def test_a_page_opened_with_the_link_of_the_same_hour_stays(village: Village) -> None:
    account_id, code = await village.hire(Role.GRID_WORKER, GRID)
    store = DatabaseWebStore(village.database, "zh")
    async with village.database.unit(OPERATOR, "test") as uow:
        link = await uow.invites.issue("web", account_id=account_id)
    page = await store.redeem(link)
    assert page
    await village.talker("mei").say(f"/start {code}")
    assert await store.session(page)


async def test_nobody_becomes_another_administrator_by_a_code(village: Village) -> None:
    first = await village.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "first")
    second = await village.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "second")
    third = await village.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "third")
    code = await again(village, first, second)
    assert "重新发了邀请码" in second.last.text
    assert (await account(village, second)).held == "pending"
    thief = village.talker("thief")
    assert "还没有启用" in (await thief.say(f"/start {code}")).text
    held = (await account(village, second)).code
    assert "邀请人自己不能确认" in (await first.do(Tap(token=f"a:confirm:{held}"))).text
    assert "使用中" in (await third.do(Tap(token=f"a:confirm:{held}"))).text
    # whom the first let in confirms nobody whom the first invited
    await invite(first, "县级管理员", "示范县", "林")
    async with village.database.unit(OPERATOR, "test") as uow:
        new = next(one for one in await uow.accounts.all() if one.held == "pending")
    assert "不能确认" in (await thief.do(Tap(token=f"a:confirm:{new.code}"))).text
    assert "使用中" in (await third.do(Tap(token=f"a:confirm:{new.code}"))).text


async def test_a_suspension_voids_codes_and_later_ones_wait(village: Village) -> None:
    account_id, before = await village.hire(Role.GRID_WORKER, GRID)
    async with village.database.unit(OPERATOR, "test") as uow:
        await uow.accounts.hold(account_id, "suspended")
        later = await uow.invites.issue("messenger", account_id=account_id)
    mei = village.talker("mei")
    assert "无效" in (await mei.say(f"/start {before}")).text
    assert "已暂停或停用" in (await mei.say(f"/start {later}")).text
    async with village.database.unit(OPERATOR, "test") as uow:
        await uow.accounts.open(account_id)
    assert "欢迎" in (await mei.say(f"/start {later}")).text
    assert "无效" in (await mei.say(f"/start {codes.invite_code()}")).text


async def test_what_was_queued_for_a_suspended_worker_is_not_sent(village: Village) -> None:
    mei = await village.worker()
    assert mei.account
    body = {"account": "S1", "role": "grid_worker", "subject": "PAAAAAA", "reason": "x" * 9}
    async with village.database.unit(OPERATOR, "test") as uow:
        (chat,) = await uow.conversations.of_account(mei.account)
        await uow.outbox.queue_kind(chat.id, kinds.EMERGENCY, body | {"until": UNTIL}, ANSWER)
        await uow.accounts.hold(mei.account, "suspended")
        assert not await uow.conversations.of_account(mei.account)
    before = len(mei.sheet)
    await village.restart().sender.drain()
    assert len(mei.sheet) == before
