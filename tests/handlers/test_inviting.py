"""Supervisors let people into their own area, and keep them out, from the chat."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.messages import Tap
from storage.areas import Area
from storage.policy import OPERATOR, POWERS, STAFF_ROLES, Role
from tests.handlers.conftest import COUNTY, GRID, TOWNSHIP, VILLAGE, Village, running
from tests.handlers.paper import Paper, Talker


def names(paper: Paper) -> list[str]:
    return [button.text for button in paper.buttons]


def code_in(paper: Paper) -> str:
    return paper.text.split("`")[1]


async def invite(someone: Talker, role: str, area: str, name: str = "张") -> Paper:
    await someone.say("/menu")
    await someone.press("工作人员")
    await someone.press("+ 邀请")
    await someone.press(role)
    await someone.press(area)
    return await someone.say(name)


async def test_a_supervisor_lets_a_worker_into_a_grid(village: Village) -> None:
    gao = await village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    told = await invite(gao, "网格员", "第一网格")
    assert "只能用一次，7 天内有效" in told.text
    mei = village.talker("mei")
    assert "欢迎" in (await mei.say(f"/start {code_in(told)}")).text
    listing = await mei.press("我的走访户")
    assert "共 2 户" in listing.text
    late = village.talker("late")
    assert "无效" in (await late.say(f"/start {code_in(told)}")).text


async def test_a_link_stands_beside_the_code_where_the_bot_has_a_name(village: Village) -> None:
    house = replace(village.house, bot="zoufang_bot")
    named = running(village.database, village.clock, village.channel, house)
    gao = await named.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    told = await invite(gao, "网格员", "第一网格")
    assert f"https://t.me/zoufang_bot?start={code_in(told)}" in told.text


@pytest.mark.parametrize("role", STAFF_ROLES)
async def test_each_role_is_offered_what_it_may_invite(village: Village, role: Role) -> None:
    someone = await village.staff(role, COUNTY)
    offered = POWERS[role].invites
    assert ("工作人员" in names(someone.last)) == bool(offered)
    reply = await someone.do(Tap(token="a:invite"))
    if not offered:
        assert "网格员" not in names(reply)
        forged = await someone.do(Tap(token=f"a:area:grid_worker:{GRID}"))
        assert "怎么称呼" not in forged.text
        return
    assert len([b for b in reply.buttons if b.token.startswith("a:role:")]) == len(offered)


async def test_a_forged_button_lets_nobody_into_another_area_or_a_higher_role(
    village: Village,
) -> None:
    async with village.database.unit(OPERATOR, "test") as uow:
        await uow.areas.put([Area("990101002", "township", "邻乡", COUNTY)])
    gao = await village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    for words in (
        f"area:county_administrator:{COUNTY}",
        f"area:grid_worker:{COUNTY}",
        "area:grid_worker:990101002",
        "area:grid_worker:990101999",
        "area:nonsense:990101001",
    ):
        assert "怎么称呼" not in (await gao.do(Tap(token=f"a:{words}"))).text


async def test_an_account_of_another_area_can_not_be_touched(village: Village) -> None:
    account, _ = await village.hire(Role.GRID_WORKER, "990101001")
    gao = await village.staff(Role.TOWNSHIP_SUPERVISOR, VILLAGE)
    async with village.database.unit(OPERATOR, "test") as uow:
        other = await uow.accounts.get(account)
        assert other
    for act in ("one", "again", "suspend", "resume", "confirm", "hand_over"):
        reply = await gao.do(Tap(token=f"a:{act}:{other.code}"))
        assert "没有这个账号" in reply.text


async def test_a_suspended_worker_sees_nothing_until_let_back_in(village: Village) -> None:
    mei = await village.worker()
    gao = await village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    await gao.press("工作人员")
    await gao.press("网格员")
    assert "已暂停" in (await gao.press("暂停使用")).text
    assert "今天要做什么" not in (await mei.say("/menu")).text
    await mei.do(Tap(token="l:open:household:HAAAAAA"))
    assert "王" not in mei.last.text
    assert "使用中" in (await gao.press("恢复使用")).text
    assert "今天要做什么" in (await mei.say("/menu")).text


async def test_a_new_code_voids_the_one_before(village: Village) -> None:
    gao = await village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    first = code_in(await invite(gao, "网格员", "第一网格"))
    await gao.press("‹ 工作人员")
    await gao.press("网格员")
    second = code_in(await gao.press("重新发邀请码"))
    mei = village.talker("mei")
    assert "无效" in (await mei.say(f"/start {first}")).text
    assert "欢迎" in (await mei.say(f"/start {second}")).text


async def test_who_takes_over_has_the_drafts_and_the_former_sees_nothing(village: Village) -> None:
    mei = await village.worker()
    await mei.press("我的走访户")
    await mei.press("HAAAAAA")
    await mei.press("入户走访")
    gao = await village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    await gao.press("工作人员")
    await gao.press("网格员")
    await gao.press("换人接手")
    told = await gao.say("刘")
    new = village.talker("new")
    menu = await new.say(f"/start {code_in(told)}")
    assert any("HAAAAAA" in button.text for button in menu.buttons)
    assert "今天要做什么" not in (await mei.say("/menu")).text


async def test_a_county_administrator_begins_once_a_second_has_confirmed(village: Village) -> None:
    first = await village.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "first")
    second = await village.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "second")
    told = await invite(first, "县级管理员", "示范县", "林")
    assert "另一位县级管理员" in told.text
    new = village.talker("new")
    assert "还没有启用" in (await new.say(f"/start {code_in(told)}")).text
    assert "今天要做什么" not in (await new.say("/menu")).text
    await first.press("‹ 工作人员")
    await first.press("等待确认")
    assert "邀请人自己不能确认" in (await first.press("确认启用")).text
    await second.press("工作人员")
    await second.press("等待确认")
    assert "使用中" in (await second.press("确认启用")).text
    assert "今天要做什么" in (await new.say("/menu")).text


@pytest.mark.parametrize("name", ["", "一" * 21, "张3"])
async def test_a_name_is_short_and_holds_no_digits(village: Village, name: str) -> None:
    gao = await village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    told = await invite(gao, "网格员", "第一网格", name or " ")
    assert "不写号码" in told.text
    assert "邀请码" in (await gao.say("张")).text
