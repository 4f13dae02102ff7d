"""What a worker owes, in the chat: from the menu to the list, to a duty, to its form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from scheduler.answering import answer
from scheduler.closing import keep_up
from scheduler.intents import DIGEST, DIGEST_SLOT, Day
from scheduler.visit_rules import VisitRule
from storage import priorities
from storage.obligation_tables import obligation
from storage.policy import SYSTEM, Actor, Role
from storage.requests import Requests
from tests.handlers.conftest import TOWNSHIP, Village, running
from tests.handlers.paper import Talker
from tests.scheduler.duties import ground
from tests.scheduler.making import rule

HOMES = rule(
    id="T02",
    titles={"zh": "每月入户", "en": "Monthly call"},
    population={"subject": "household"},
    satisfied_by=[{"form": "household_visit"}],
    window={"due": "start + 24 days", "closes": "end"},
)
TASK = rule(
    id="T03",
    titles={"zh": "村医访视", "en": "Doctor's visit"},
    population={"any_tags": ["hypertension"]},
    satisfied_by=[{"form": "task_done", "answers": {"task": ["doctor_visit"]}}],
)
QUOTA = rule(
    id="T04",
    titles={"zh": "每月十五户", "en": "Fifteen a month"},
    kind="quota",
    at_least=15,
    population={"subject": "worker", "roles": ["grid_worker"]},
    satisfied_by=[{"form": "household_visit"}],
)

Settle = Callable[..., Awaitable[tuple[Village, Talker]]]


@pytest.fixture
def settle(village: Village) -> Settle:
    """The village where rules hold, on 21 November, and its grid worker."""

    async def settled(*rules: VisitRule) -> tuple[Village, Talker]:
        where = ground(*rules)
        house = replace(village.house, ground=lambda: where)
        here = running(village.database, village.clock, village.channel, house)
        mei = await here.worker()
        await keep_up(here.database, where)
        await mei.say("/menu")
        return here, mei

    return settled


async def rows(village: Village, *columns: Any) -> list[tuple[Any, ...]]:
    async with village.database.unit(SYSTEM, "test") as uow:
        found = await uow.connection.execute(select(*columns).order_by(obligation.c.id))
        return [tuple(row) for row in found]


async def decide(village: Village, *, approve: bool) -> None:
    """The township supervisor answers the one thing that was asked."""
    account, _ = await village.hire(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    boss = Actor(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP, account_id=account)
    assert village.house.ground
    async with village.database.unit(boss, "test") as uow:
        (asked,), _ = await Requests(uow.connection, boss, uow.now).waiting(0, 9)
        assert await answer(uow, village.house.ground(), asked.id, approve=approve)
    await village.sender.drain()


# --- the list -------------------------------------------------------------------------------------


async def test_the_menu_tells_how_much_is_owed_and_leads_to_it(settle: Settle) -> None:
    _, mei = await settle(HOMES)
    assert mei.last.buttons[0].text == "我要做的走访（七天内 2）"
    listing = await mei.press(0)
    assert listing.text.splitlines() == [
        "**要做的走访** · 11月21日（周六）",
        "",
        "**七天内（2）**",
        "1 · HAAAAAA 王家：每月入户，11月25日到期",
        "2 · HBBBBBB 李家：每月入户，11月25日到期",
    ]
    await mei.press("今天")
    assert "没有要做的走访" in mei.last.text


async def test_the_menu_begins_with_what_is_owed_and_names_two_drafts(settle: Settle) -> None:
    _, mei = await settle(HOMES)
    ways = (
        ("我的走访户", "HAAAAAA", "入户走访"),
        ("我的走访户", "HBBBBBB", "入户走访"),
        ("我的走访对象", "PAAAAAA", "老年人随访"),
    )
    for way in ways:
        await mei.say("/menu")
        for button in way:
            await mei.press(button)
        await mei.say("/cancel")
        await mei.press("存为草稿")
    texts = [button.text for button in (await mei.say("/menu")).buttons]
    assert texts[0].startswith("我要做的走访")
    assert [text.startswith("▶ 继续") for text in texts[1:4]] == [True, True, False]
    assert texts[3:6] == ["‹", "1 / 2", "›"]


async def test_what_is_due_later_is_told_too(settle: Settle) -> None:
    yearly = rule(id="T05", every="1 year", population={"subject": "household"})
    _, mei = await settle(yearly)
    assert mei.last.buttons[0].text == "我要做的走访"
    listing = await mei.press(0)
    assert listing.text.splitlines()[1:] == ["没有要做的走访。", "", "另有 2 项更晚到期。"]


@pytest.mark.parametrize("words", ["/owe", "待办", "我要做什么"])
async def test_words_lead_there_too(settle: Settle, words: str) -> None:
    _, mei = await settle(HOMES)
    assert (await mei.say(words)).text.startswith("**要做的走访**")


async def test_an_open_form_is_kept_by_the_command_and_not_left_by_a_button(
    settle: Settle,
) -> None:
    here, mei = await settle(HOMES)
    listing = replace(await mei.press(0))
    await mei.press("✎ 1")
    asked = await mei.press("✎ 2", listing)
    assert asked.text.startswith("请先填完这份表")
    listing = await mei.say("/owe")
    assert len(await here.interviews(mei)) == 1
    resumed = await mei.press("✎ 1", listing)
    assert resumed.text.startswith("接着填：**入户走访**")
    assert len(await here.interviews(mei)) == 1


async def test_who_fills_in_nothing_owes_nothing(settle: Settle) -> None:
    here, _ = await settle(HOMES)
    auditor = await here.staff(Role.AUDITOR, TOWNSHIP)
    assert all("走访（" not in one.text for one in auditor.last.buttons)
    assert "没有这个命令" in (await auditor.say("/owe")).text


# --- one duty -------------------------------------------------------------------------------------


async def test_details_tell_why_and_when_somebody_was_last_there(settle: Settle) -> None:
    _, mei = await settle(HOMES)
    await mei.press(0)
    card = await mei.press("详情")
    assert card.text.startswith("**HAAAAAA 王家：每月入户**（T02）")
    assert "时段：11月21日至25日任意一天" in card.text
    assert card.text.endswith("上次走访：还没有")
    assert [one.text for one in card.buttons] == [
        *("✎ HAAAAAA", "推迟", "改期", "申请免除", "‹ 返回清单", "菜单")
    ]


async def test_the_right_form_begins_for_the_right_home(settle: Settle) -> None:
    here, mei = await settle(HOMES)
    await mei.press(0)
    await mei.press("✎ 2 · HBBBBBB")
    assert "入户走访" in mei.texts[-2] and "HBBBBBB 李家" in mei.texts[-2]
    for button in ("今天", "入户", "已迁出"):
        await mei.press(button)
    await mei.say("搬到县城")
    await mei.press("提交")
    assert await rows(here, obligation.c.ended) == [(None,), ("done_on_time",), (None,)]
    await mei.say("/owe")
    assert "HBBBBBB" not in mei.last.text


async def test_a_task_of_a_duty_is_not_asked_for(settle: Settle) -> None:
    here, mei = await settle(TASK)
    await mei.press(0)
    await mei.press("一个月内")
    await mei.press("✎ 1 · PAAAAAA")
    assert "哪天办完的" in mei.last.text
    await mei.press("今天")
    await mei.press("跳过")
    await mei.press("跳过")
    await mei.press("提交")
    (record,) = await here.records()
    assert (record.answers["task"], record.answers["duty"]) == ("doctor_visit", "T03")
    assert await rows(here, obligation.c.ended) == [("done_on_time",)]


async def test_a_quota_leads_to_whom_it_may_be_filled_with(settle: Settle) -> None:
    _, mei = await settle(QUOTA)
    await mei.press(0)
    await mei.press("一个月内")
    assert "每月十五户（0 / 15）" in mei.last.text
    await mei.press("✎ 1 · 每月十五户")
    assert "请先选走访对象" in mei.last.text
    assert mei.last.button("HAAAAAA")


async def test_what_is_done_meanwhile_is_said(settle: Settle) -> None:
    here, mei = await settle(HOMES)
    listing = replace(await mei.press(0))
    async with here.database.unit(SYSTEM, "test") as uow:
        await uow.connection.execute(obligation.update().values(ended="cancelled"))
    await mei.press("✎ 1", listing)
    assert mei.last.text.startswith("这一项已经完成或取消了")


async def test_nobody_opens_the_duty_of_another(settle: Settle) -> None:
    here, mei = await settle(HOMES)
    listing = await mei.press(0)
    other = await here.staff(Role.GRID_WORKER, TOWNSHIP, "other")
    for button in ("✎ 1", "详情", "推迟"):
        await other.press(button, listing)
        assert other.last.text.startswith("这一项已经完成或取消了")


# --- later ----------------------------------------------------------------------------------------


async def test_a_duty_is_put_off_as_often_as_its_rule_allows(settle: Settle) -> None:
    here, mei = await settle(HOMES)
    await mei.press(0)
    asked = await mei.press("推迟")
    assert [one.text for one in asked.buttons] == [
        *("11月22日（周日）", "11月23日（周一）", "11月24日（周二）", "‹ 返回")
    ]
    done = await mei.press("11月22日")
    assert done.text.startswith("已推迟，11月22日（周日）再提醒。还可以推迟 1 次。")
    assert "1 · HAAAAAA 王家：每月入户，11月25日到期（推迟到11月22日）" in done.text
    await mei.press("菜单")
    assert mei.last.buttons[0].text == "我要做的走访（七天内 1）"
    here.clock.turn(days=1)
    await mei.press(0)
    await mei.press("推迟")
    await mei.press("11月25日")
    assert "还可以推迟 0 次" in mei.last.text
    assert [one.text for one in mei.last.buttons].count("推迟") == 1


async def test_within_its_due_day_a_visit_is_moved_at_once(settle: Settle) -> None:
    _, mei = await settle(HOMES)
    await mei.press(0)
    await mei.press("详情")
    asked = await mei.press("改期")
    assert asked.text == "改到哪天？11月25日以内的日子马上生效；之后的（最晚11月30日）要督导同意。"
    await mei.press("20")
    assert mei.last.text.startswith("这一天不行。")
    await mei.press("24")
    assert "推迟到11月24日" in mei.last.text


async def test_beyond_its_due_day_the_supervisor_is_asked(settle: Settle) -> None:
    here, mei = await settle(HOMES)
    await mei.press(0)
    await mei.press("详情")
    await mei.press("改期")
    card = await mei.press("28")
    assert card.text.startswith("已报给督导：改到11月28日（周六）。")
    assert "已申请改期，等答复" in card.text
    assert not [one for one in card.buttons if one.text in ("改期", "推迟", "申请免除")]
    await decide(here, approve=True)
    assert mei.last.text == "督导同意了改期：HAAAAAA 每月入户，改到11月28日（周六）。"
    await mei.press("我要做的走访")
    listing = await mei.press("一个月内")
    assert "HAAAAAA 王家：每月入户，11月28日到期" in listing.text
    assert (await rows(here, obligation.c.due_on))[0] == (date(2026, 11, 28),)


async def test_an_answer_waits_for_the_end_of_a_form_and_of_the_night(settle: Settle) -> None:
    here, mei = await settle(HOMES)
    await mei.press(0)
    await mei.press("详情")
    await mei.press("申请免除")
    await mei.press("住院")
    await mei.press("不补充，直接提交")
    await mei.press("✎ 2")
    await decide(here, approve=True)
    assert "走访日期" in mei.last.text
    await mei.say("/menu")
    here.clock.turn(minutes=20)
    await here.sender.drain()
    assert mei.last.text.startswith("督导同意了免除")


# --- exempt ---------------------------------------------------------------------------------------


async def test_an_exemption_is_asked_with_a_reason_and_granted(settle: Settle) -> None:
    here, mei = await settle(HOMES)
    await mei.press(0)
    await mei.press("详情")
    await mei.press("申请免除")
    assert "为什么这次不用走访" in mei.last.text
    await mei.press("住院")
    assert "原因：住院" in mei.last.text
    asked = await mei.press("不补充，直接提交")
    assert asked.text.startswith("已报给督导：申请免除（住院）。")
    assert "HAAAAAA 王家：每月入户，11月25日到期（已申请免除，等答复）" in asked.text
    await decide(here, approve=True)
    assert mei.last.text == "督导同意了免除：HAAAAAA 每月入户。这一项不用做了。"
    assert (await rows(here, obligation.c.ended, obligation.c.reason))[0] == ("exempt", "hospital")


async def test_the_supervisor_reads_the_words_of_explanation(settle: Settle) -> None:
    here, mei = await settle(HOMES)
    await mei.press(0)
    await mei.press("详情")
    await mei.press("申请免除")
    asked = await mei.press("其他")
    assert not [one for one in asked.buttons if "提交" in one.text]
    told = await mei.say("房子拆了")
    assert told.text.startswith("已报给督导：申请免除（其他）。")
    async with here.database.unit(SYSTEM, "test") as uow:
        (request,), _ = await Requests(uow.connection, uow.actor, uow.now).waiting(0, 9)
    assert (request.reason, request.note) == ("other", "房子拆了")
    await decide(here, approve=False)
    assert mei.last.text == "督导没有同意免除：HAAAAAA 每月入户。请按时走访。"


async def test_whoever_turns_away_from_the_question_asks_for_nothing(settle: Settle) -> None:
    here, mei = await settle(HOMES)
    await mei.press(0)
    await mei.press("详情")
    await mei.press("申请免除")
    await mei.press("住院")
    await mei.press("‹ 返回")
    assert mei.last.text.startswith("**HAAAAAA 王家")
    await mei.say("住院到月底")
    async with here.database.unit(SYSTEM, "test") as uow:
        assert await Requests(uow.connection, uow.actor, uow.now).waiting(0, 9) == ([], 0)


async def test_what_a_digest_opens_comes_below_it(settle: Settle) -> None:
    here, mei = await settle(HOMES)
    assert here.house.ground and mei.account
    async with here.database.unit(SYSTEM, "test") as uow:
        body = Day(mei.account, uow.today, 0).body()
        chat = await uow.conversations.load("paper", mei.address, "zh")
        await uow.outbox.queue_kind(chat.id, DIGEST, body, priorities.DIGEST, slot=DIGEST_SLOT)
    await here.sender.drain()
    sent = mei.last
    card = await mei.press("详情")
    assert sent.text.startswith("**要做的走访**") and card.id != sent.id
    listing = await mei.press("‹ 返回清单")
    assert listing.id == card.id
