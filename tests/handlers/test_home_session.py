"""Several visits in one home, and what was said there last time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from forms import library
from forms.intake import intake
from forms.recall import kept_names
from handlers import home_session
from handlers.forms import publish
from scheduler.closing import keep_up
from scheduler.visit_rules import VisitRule
from storage.enrolment import NewHousehold, NewPerson
from storage.formshelf import Offer
from storage.policy import OPERATOR, Role
from tests.handlers.conftest import GRID, NEXT_GRID, Village, running
from tests.handlers.paper import Talker
from tests.scheduler.duties import ground
from tests.scheduler.making import rule

HOMES = rule(
    id="T02",
    titles={"zh": "每月入户", "en": "Monthly call"},
    population={"subject": "household"},
    satisfied_by=[{"form": "household_visit"}],
)
ELDERS = rule(
    id="T01",
    titles={"zh": "老人随访", "en": "Elderly visit"},
    population={"minimum_age": 60},
    satisfied_by=[{"form": "elderly_followup"}],
)
HOUSE = """
| settings | form_title | form_id | version | attribute::last_values |
|---|---|---|---|---|
|  | 房屋 | house | 1 | walls people |

| survey | type | name | label | relevant | constraint | default | required | repeat_count |
|---|---|---|---|---|---|---|---|---|
|  | date | visit_date | 走访日期 |  |  | today() | yes |  |
|  | select_one yn | open | 开门了吗？ |  |  |  | yes |  |
|  | select_one walls | walls | 墙体 | ${open} = 'yes' |  |  | yes |  |
|  | integer | n | 几人？ | ${open} = 'yes' |  |  | yes |  |
|  | begin_repeat | people | 家庭成员 | ${open} = 'yes' |  |  |  | ${n} |
|  | text | job | 做什么工作？ |  |  |  |  |  |
|  | end_repeat |  |  |  |  |  |  |  |
|  | text | remark | 备注 |  |  |  |  |  |

| choices | list_name | name | label |
|---|---|---|---|
|  | yn | yes | 开了 |
|  | yn | no | 没开 |
|  | walls | brick | 砖墙 |
|  | walls | earth | 土墙 |
"""


async def settled(village: Village, *rules: VisitRule) -> tuple[Village, Talker]:
    where = ground(*rules)
    here = running(
        village.database,
        village.clock,
        village.channel,
        replace(village.house, ground=lambda: where),
    )
    mei = await here.worker()
    await keep_up(here.database, where)
    await mei.say("/owe")
    await mei.press("一个月内")
    return here, mei


async def nobody_there(mei: Talker) -> None:
    """A visit on the day before at which nobody was in, up to its end."""
    await mei.press("昨天")
    await mei.press("入户")
    await mei.press("无人")
    await mei.say("下地了")
    await mei.press("今天")


# --- the same home --------------------------------------------------------------------------------


async def test_the_next_form_in_the_same_home_is_offered_with_what_they_share(
    village: Village,
) -> None:
    here, mei = await settled(village, HOMES, ELDERS)
    await mei.press("HAAAAAA")
    await nobody_there(mei)
    done = await mei.press("提交")
    assert done.text.endswith("同一户还有：")
    assert [one.text for one in done.buttons] == ["✎ PAAAAAA 王：老人随访", "完成"]
    asked = await mei.press("✎ PAAAAAA")
    assert "走访日期、方式和陪同人员已带过来" in asked.text
    assert "2026\\-11\\-20（周五）" in asked.text
    await mei.press("不变")
    assert "现在的回答：**入户**" in mei.last.text
    assert (await here.values(mei))["mode"] == "home"


async def test_after_the_last_form_in_a_home_there_is_the_menu(village: Village) -> None:
    _, mei = await settled(village, HOMES)
    await mei.press("HBBBBBB")
    await nobody_there(mei)
    done = await mei.press("提交")
    assert [one.text for one in done.buttons] == ["菜单"]


async def test_what_is_carried_over_can_be_changed(village: Village) -> None:
    here, mei = await settled(village, HOMES, ELDERS)
    await mei.press("HAAAAAA")
    await nobody_there(mei)
    await mei.press("提交")
    await mei.press("✎ PAAAAAA")
    await mei.press("今天")
    await mei.press("电话")
    values = await here.values(mei)
    assert (values["visit_date"], values["mode"]) == ("2026-11-21", "phone")


async def test_at_most_three_forms_are_offered(village: Village) -> None:
    people = tuple(
        NewPerson(f"PE{n:05}", "孙大爷", "m", date(1940, 1, n), head=n == 1) for n in range(1, 6)
    )
    async with village.database.unit(OPERATOR, "test") as uow:
        await uow.register.enter([NewHousehold("HEEEEEE", GRID, "", people)], "test")
    _, mei = await settled(village, HOMES, ELDERS)
    await mei.press("HEEEEEE")
    await nobody_there(mei)
    done = await mei.press("提交")
    assert len(done.buttons) == home_session._OFFERED + 1


# --- last time ------------------------------------------------------------------------------------


async def the_house(village: Village) -> Talker:
    """A worker who has filled the form of the house in for one family, on the day before."""
    async with village.database.unit(OPERATOR, "test") as uow:
        taken = intake(HOUSE.encode(), "house.md")
        offer = Offer(subject="household", order=1)
        await publish(uow, taken, HOUSE.encode(), offer=offer)
    mei = await village.worker()
    await begin(mei)
    for said in ("昨天", "开了", "土墙", 2, "种地", "打工", "漏雨"):
        await (mei.press(said) if said in ("昨天", "开了", "土墙") else mei.say(str(said)))
    await mei.press("提交")
    village.clock.turn(minutes=1)
    return mei


async def begin(mei: Talker) -> None:
    await mei.say("/menu")
    for button in ("我的走访户", "HBBBBBB", "✎ 房屋"):
        await mei.press(button)


async def test_last_values_are_shown_and_kept(village: Village) -> None:
    mei = await the_house(village)
    await begin(mei)
    offered, question = mei.sheet[-2:]
    assert offered.text.splitlines() == [
        "上次（11月20日）填过这份表：",
        "- 墙体：土墙",
        "- 家庭成员：2",
    ]
    assert "走访日期" in question.text
    await mei.press("全部沿用", offered)
    assert offered.text == "已沿用上次的 3 个回答，检查时都可以改。"
    for said in ("今天", "开了"):
        await mei.press(said)
    assert "几人" in mei.last.text  # the author does not let this be kept
    await mei.say("2")
    assert "备注" in mei.last.text
    await mei.press("跳过")
    assert "土墙" in mei.last.text and "种地" in mei.last.text
    await mei.press("提交")
    record = (await village.records())[0]
    assert record.visit_date == date(2026, 11, 21)
    assert record.answers["walls"] == "earth"
    assert record.answers["people"] == [{"job": "种地"}, {"job": "打工"}]
    assert "remark" not in record.answers


async def test_some_is_changed_at_the_review(village: Village) -> None:
    mei = await the_house(village)
    await begin(mei)
    await mei.press("全部沿用", mei.sheet[-2])
    for said in ("今天", "开了"):
        await mei.press(said)
    await mei.say("2")
    await mei.press("跳过")
    await mei.press("✎ 3")
    assert "现在的回答：**土墙**" in mei.last.text
    await mei.press("砖墙")
    await mei.press("提交")
    assert (await village.records())[0].answers["walls"] == "brick"


async def test_they_can_be_gone_through_one_by_one(village: Village) -> None:
    mei = await the_house(village)
    await begin(mei)
    await mei.press("逐题核对", mei.sheet[-2])
    for said in ("今天", "开了"):
        await mei.press(said)
    assert "现在的回答：**土墙**" in mei.last.text
    await mei.press("不变")
    await mei.say("1")
    assert "现在的回答：**种地**" in mei.last.text


async def test_whoever_presses_nothing_begins_from_the_start(village: Village) -> None:
    mei = await the_house(village)
    await begin(mei)
    for said in ("今天", "开了"):
        await mei.press(said)
    assert "墙体" in mei.last.text and "现在的回答" not in mei.last.text


async def test_a_late_press_changes_nothing(village: Village) -> None:
    mei = await the_house(village)
    await begin(mei)
    offered = replace(mei.sheet[-2])
    for said in ("今天", "没开"):
        await mei.press(said)
    await mei.press("跳过")
    await mei.press("提交")
    await mei.press("全部沿用", offered)
    assert len(await village.records()) == 2


async def test_the_first_visit_has_nothing_to_offer(village: Village) -> None:
    await the_house(village)
    other = await village.staff(Role.GRID_WORKER, NEXT_GRID, "other")
    await other.press("我的走访户")
    await other.press("HCCCCCC")
    await other.press("✎ 房屋")
    assert not [one for one in other.texts if one.startswith("上次")]


async def test_a_card_tells_who_was_there_last(village: Village) -> None:
    _, mei = await settled(village, HOMES)
    await mei.press("HBBBBBB")
    await nobody_there(mei)
    await mei.press("提交")
    await mei.say("/menu")
    await mei.press("我的走访户")
    card = await mei.press("HBBBBBB")
    assert card.text.splitlines()[-2:] == ["最近走访：", "- 11月20日 入户走访：无人在家"]
    other = await mei.press("‹ 返回列表")
    assert "最近走访" not in other.text


def test_no_built_in_form_keeps_what_must_be_asked_each_time() -> None:
    never = {"visit_date", "mode", "outcome", "notice", "mr", "part_i", "sbp", "dbp", "fbg", "head"}
    kept = set()
    for name in library.names():
        taken = intake(library.source(name), f"{name}.md")
        assert taken.form
        names = kept_names(taken.form)
        assert not [one for one in taken.findings if one.code == "last_values_unknown"]
        assert not names & never
        kept |= names
    assert kept
