"""A child's file asks for a purpose; another's file opens in an emergency, and supervisors hear."""

from __future__ import annotations

from sqlalchemy import select

from core.messages import Tap
from storage.policy import OPERATOR, Role
from storage.tables import audit
from tests.handlers.conftest import COUNTY, GRID, NEXT_GRID, TOWNSHIP, Village
from tests.handlers.paper import Talker

REASON = "老人摔倒在路上，要联系家属"


async def log(village: Village) -> list[tuple[str, str, str]]:
    """What was written down: purpose, action, object."""
    async with village.database.unit(OPERATOR, "test") as uow:
        query = select(audit.c.purpose, audit.c.action, audit.c.object).order_by(audit.c.id)
        return [tuple(row) for row in await uow.connection.execute(query)]


async def open_in_emergency(someone: Talker, code: str, reason: str = REASON) -> None:
    await someone.press("我的走访对象")
    await someone.say(code)
    await someone.press(f"紧急打开 {code}")
    await someone.say(reason)


# --- a child's file ------------------------------------------------------------------------------


async def test_a_childs_file_opens_after_a_purpose_and_the_log_has_it(village: Village) -> None:
    mei = await village.worker()
    await mei.press("我的走访对象")
    asked = await mei.press("PBBBBBB")
    assert "未成年人" in asked.text
    assert "留守" not in asked.text
    assert "10" not in asked.text
    assert ("visit", "open", "PBBBBBB") not in await log(village)
    opened = await mei.press("投诉或举报")
    assert "留守儿童" in opened.text
    assert ("complaint", "open", "PBBBBBB") in await log(village)


async def test_a_purpose_is_asked_once_a_day(village: Village) -> None:
    mei = await village.worker()
    await mei.press("我的走访对象")
    await mei.press("PBBBBBB")
    await mei.press("随访")
    await mei.press("返回列表")
    assert "留守儿童" in (await mei.press("PBBBBBB")).text
    village.clock.turn(days=1)
    await mei.press("返回列表")
    assert "未成年人" in (await mei.press("PBBBBBB")).text


async def test_another_persons_purpose_does_not_count(village: Village) -> None:
    mei = await village.worker()
    await mei.press("我的走访对象")
    await mei.press("PBBBBBB")
    await mei.press("走访")
    lan = await village.staff(Role.CHILD_DIRECTOR, TOWNSHIP)
    await lan.press("我的走访对象")
    assert "未成年人" in (await lan.press("PBBBBBB")).text


async def test_an_adults_file_opens_at_once(village: Village) -> None:
    mei = await village.worker()
    await mei.press("我的走访对象")
    assert "76 岁" in (await mei.press("PAAAAAA")).text


async def test_to_begin_a_form_about_a_child_is_a_visit(village: Village) -> None:
    mei = await village.worker()
    await mei.press("我的走访对象")
    await mei.press("PBBBBBB")
    card = await mei.press("其他职责")
    form = card.button("儿童走访").token
    village.clock.turn(days=1)
    await mei.do(Tap(token=form))
    entries = await log(village)
    assert entries[-1][:2] == ("visit", "start")


async def test_a_record_about_a_child_asks_for_a_purpose_too(village: Village) -> None:
    mei = await village.worker()
    await mei.press("我的走访对象")
    await mei.press("PBBBBBB")
    await mei.press("走访")
    await mei.press("事项办结")
    await fill_task(mei)
    village.clock.turn(days=1)
    await mei.say("/records")
    asked = await mei.press("PBBBBBB")
    assert "未成年人" in asked.text
    opened = await mei.press("随访")
    assert "回执编号" in opened.text
    actions = [entry for entry in await log(village) if entry[1] == "open"]
    assert actions[-1][0] == "followup"


async def fill_task(someone: Talker) -> None:
    """Press and type through the shortest form until it is submitted."""
    while "已提交" not in someone.last.text:
        wanted = [button.text for button in someone.open.buttons]
        usual = [one for one in ("提交", "今天", "跳过 ›", "不变 ›") if one in wanted]
        others = [one for one in wanted if not one.startswith(("‹", "菜单", "ⓘ"))]
        await someone.press((usual or others)[0])


async def test_a_forged_purpose_opens_nothing_of_others(village: Village) -> None:
    await village.worker()
    far = await village.staff(Role.GRID_WORKER, NEXT_GRID, "far")
    for words in ("for:visit:PBBBBBB", "for:nonsense:PBBBBBB", "for:visit:PBBBBBB:ABCD"):
        reply = await far.do(Tap(token=f"w:{words}"))
        assert "留守" not in reply.text
    assert [entry for entry in await log(village) if entry[2] == "PBBBBBB"] == []


# --- an emergency --------------------------------------------------------------------------------


async def test_an_emergency_opens_a_file_for_an_hour_and_the_supervisor_is_told(
    village: Village,
) -> None:
    mei = await village.worker()
    gao = await village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    await open_in_emergency(mei, "PDDDDDD")
    assert "第二网格" in mei.last.text
    assert "66 岁" in mei.last.text
    assert any("开放到" in paper.text for paper in mei.sheet)
    assert "紧急打开档案" in gao.last.text
    assert "PDDDDDD" in gao.last.text
    assert REASON in gao.last.text
    assert "赵" not in gao.last.text
    assert ("emergency", "break_glass", "PDDDDDD") in await log(village)
    assert ("emergency", "open", "PDDDDDD") in await log(village)
    village.clock.turn(hours=1)
    gone = await mei.do(Tap(token="l:open:person:PDDDDDD"))
    assert "不在您的范围内" in gone.text


async def test_the_supervisors_of_both_places_are_told(village: Village) -> None:
    mei = await village.worker()
    here = await village.staff(Role.TOWNSHIP_SUPERVISOR, GRID, "here")
    there = await village.staff(Role.TOWNSHIP_SUPERVISOR, NEXT_GRID, "there")
    county = await village.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "county")
    await open_in_emergency(mei, "PDDDDDD")
    assert "PDDDDDD" in here.last.text
    assert "PDDDDDD" in there.last.text
    assert "PDDDDDD" not in county.last.text


async def test_where_there_is_no_supervisor_the_county_is_told(village: Village) -> None:
    mei = await village.worker()
    county = await village.staff(Role.COUNTY_ADMINISTRATOR, COUNTY)
    await open_in_emergency(mei, "PDDDDDD")
    assert "PDDDDDD" in county.last.text


async def test_where_nobody_can_be_told_the_worker_is_asked_to_telephone(village: Village) -> None:
    mei = await village.worker()
    await open_in_emergency(mei, "PDDDDDD")
    assert any("请您打电话" in paper.text for paper in mei.sheet)


async def test_a_reason_has_to_be_a_sentence(village: Village) -> None:
    mei = await village.worker()
    await open_in_emergency(mei, "PDDDDDD", "急")
    assert "请写一句完整的理由" in mei.last.text
    assert not [entry for entry in await log(village) if entry[1] == "break_glass"]
    await mei.press("不打开")
    assert "今天要做什么" in mei.last.text


async def test_whether_a_code_exists_shows_only_after_the_reason(village: Village) -> None:
    mei = await village.worker()
    await mei.press("我的走访对象")
    there = await mei.say("PDDDDDD")
    nowhere = await mei.say("PZZZZZZ")
    assert [b.text.replace("PZZZZZZ", "PDDDDDD") for b in nowhere.buttons] == [
        b.text for b in there.buttons
    ]
    await mei.press("紧急打开 PZZZZZZ")
    assert "没有这个编号" in (await mei.say(REASON)).text


async def test_ones_own_file_needs_no_emergency(village: Village) -> None:
    mei = await village.worker()
    await mei.press("我的走访对象")
    await mei.say("HAAAAAA")
    assert "第一网格" in (await mei.press("紧急打开 HAAAAAA")).text
    assert not [entry for entry in await log(village) if entry[1] == "break_glass"]


async def test_only_a_whole_code_offers_an_emergency(village: Village) -> None:
    mei = await village.worker()
    await mei.press("我的走访对象")
    for typed in ("赵", "zgq", "PDDD", "PDDDDDDD"):
        listing = await mei.say(typed)
        assert not [button for button in listing.buttons if "紧急" in button.text]


async def test_an_emergency_hands_over_no_code_of_the_person(village: Village) -> None:
    mei = await village.worker()
    await open_in_emergency(mei, "PDDDDDD")
    assert not [button for button in mei.last.buttons if "绑定" in button.text]
    before = len(mei.sheet)
    for token in ("b:code:PDDDDDD", "y:of:PDDDDDD", "y:new:PDDDDDD"):
        await mei.do(Tap(token=token))
        await mei.say("/menu")
    told = "".join(paper.text for paper in mei.sheet[before:])
    assert "赵" not in told
    assert "没能处理" not in told
