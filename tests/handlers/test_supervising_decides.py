"""What a supervisor decides: departures, what workers ask, and records sent back or approved."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from core.messages import Tap
from scheduler.closing import keep_up
from scheduler.effects import Effect
from storage.policy import OPERATOR, Actor, Role
from storage.requests import Asking, Requests
from tests.handlers.conftest import GRID, NEXT_GRID, TOWNSHIP, Publish, Village, running
from tests.handlers.paper import Paper, Talker
from tests.handlers.test_records import VISIT
from tests.handlers.test_supervising import Office, labels
from tests.scheduler.duties import ground
from tests.scheduler.making import SHANGHAI, rule

ELDERS = rule(
    id="E03",
    titles={"zh": "每月探访", "en": "Monthly visit"},
    population={"minimum_age": 60},
    satisfied_by=[{"form": "elderly_followup", "outcomes": ["met"]}],
)
GONE = tuple(
    Effect.model_validate(
        {"form": "elderly_followup", "question": "outcome", "values": [name], "leaves": name}
    )
    for name in ("moved", "deceased")
)


@pytest.fixture
async def here(village: Village) -> Office:
    rules = ground(ELDERS, effects=GONE)
    village.database.zone = SHANGHAI
    village.clock.set(datetime(2026, 12, 3, 2, tzinfo=UTC))
    house = replace(village.house, ground=lambda: rules)
    there = running(village.database, village.clock, village.channel, house)
    mei = await there.staff(Role.GRID_WORKER, GRID, "mei")
    above = await there.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP, "above")
    await keep_up(village.database, rules)
    return Office(there, rules, mei, mei, above)


async def tell(mei: Talker, outcome: str) -> None:
    """A form that tells that somebody is no longer there."""
    await mei.say("/menu")
    for button in ("我的走访对象", "PAAAAAA", "老年人随访", "今天", "入户", outcome):
        await mei.press(button)
    await mei.say("邻居说的")
    await mei.press("提交")


async def state_of(here: Office) -> tuple[str, list[str | None]]:
    """What the register says of PAAAAAA, and how their duties ended."""
    async with here.village.database.unit(OPERATOR, "test") as uow:
        query = "SELECT state FROM person WHERE code = 'PAAAAAA'"
        (state,) = (await uow.connection.execute(text(query))).scalars()
        query = (
            "SELECT ended FROM obligation JOIN person ON person.id = subject_id"
            " WHERE code = 'PAAAAAA'"
        )
        return state, list((await uow.connection.execute(text(query))).scalars())


# --- departures ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "state", "words"), [("已去世", "deceased", "去世"), ("已迁出", "moved", "迁出")]
)
async def test_who_left_is_confirmed_by_a_button(
    here: Office, outcome: str, state: str, words: str
) -> None:
    await tell(here.mei, outcome)
    assert await state_of(here) == ("active", [None])
    menu = await here.above.say("/menu")
    assert "审批（1）" in labels(menu)
    page = await here.above.press("审批")
    assert f"PAAAAAA 王某（第一网格）已{words}" in page.text
    assert f"→ {outcome}" in (await here.above.press("1 · 查看")).text
    await here.above.say("/menu")
    await here.above.press("审批（1）")
    page = await here.above.press("1 ✓ 确认")
    assert f"✓ 已确认 PAAAAAA 王某 {words}" in page.text and "没有等您决定的事" in page.text
    assert await state_of(here) == (state, ["cancelled"])
    assert f"督导已确认 PAAAAAA 王某 {words}，没做的走访都取消了。" in here.mei.texts
    assert await here.audited("confirm_departure") == [("confirm_departure", f"{state}:PAAAAAA")]


async def test_who_is_still_there_stays(here: Office) -> None:
    await tell(here.mei, "已去世")
    await here.above.say("/menu")
    await here.above.press("审批")
    page = await here.above.press("1 ✕ 不同意")
    assert "走访照常" in page.text
    assert await state_of(here) == ("active", [None])
    assert any("没有确认 PAAAAAA 王某 去世，请再核实" in one for one in here.mei.texts)
    await tell(here.mei, "已去世")
    assert "审批（1）" in labels(await here.above.say("/menu"))


async def test_a_decision_is_made_once(here: Office) -> None:
    await tell(here.mei, "已去世")
    await here.above.say("/menu")
    page = await here.above.press("审批")
    token = page.button("1 ✓ 确认").token
    await here.above.press("1 ✓ 确认")
    page = await here.above.do(Tap(token=token))
    assert "没有改动任何内容" in page.text
    assert len(await here.audited("confirm_departure")) == 1


async def test_a_death_that_was_told_by_mistake_can_be_corrected(here: Office) -> None:
    await tell(here.mei, "已去世")
    await here.mei.say("/records")
    await here.mei.press(0)
    for button in ("更正", "✎ 4", "无人"):
        await here.mei.press(button)
    while "提交" not in labels(here.mei.last):
        await here.mei.press("不变 ›" if "不变 ›" in labels(here.mei.last) else 0)
    await here.mei.press("提交")
    page = await here.above.say("/menu")
    assert not any("审批（" in label for label in labels(page))
    assert await state_of(here) == ("active", [None])


# --- requests ------------------------------------------------------------------------------------


async def ask(here: Office, asking: Asking) -> None:
    actor = Actor(Role.GRID_WORKER, GRID, account_id=here.mei.account)
    async with here.village.database.unit(actor, "test") as uow:
        assert await Requests(uow.connection, actor, uow.now).ask(asking)


async def duty(here: Office) -> int:
    async with here.village.database.unit(OPERATOR, "test") as uow:
        query = (
            "SELECT obligation.id FROM obligation JOIN person ON person.id = subject_id"
            " WHERE code = 'PAAAAAA'"
        )
        return int((await uow.connection.execute(text(query))).scalar_one())


async def test_an_exemption_is_approved(here: Office) -> None:
    await ask(here, Asking(await duty(here), "exempt", "hospital", "县医院"))
    assert "审批（1）" in labels(await here.above.say("/menu"))
    page = await here.above.press("审批")
    assert "申请免除“PAAAAAA 王某 每月探访”：住院\n说明：县医院" in page.text
    page = await here.above.press("1 ✓ 同意")
    assert "✓ 已同意" in page.text
    assert (await state_of(here))[1] == ["exempt"]


async def test_another_day_is_refused(here: Office) -> None:
    await ask(here, Asking(await duty(here), "reschedule", day=date(2027, 1, 9)))
    await here.above.say("/menu")
    page = await here.above.press("审批")
    assert "从12月31日改到2027年1月9日" in page.text
    page = await here.above.press("1 ✕ 不同意")
    assert "✓ 没有同意" in page.text and "没有等您决定的事" in page.text
    assert (await state_of(here))[1] == [None]


# --- records -------------------------------------------------------------------------------------


async def visited(here: Office, ask: Publish) -> Paper:
    """A worker's record, opened by its token by who oversees it."""
    await ask("well", VISIT)
    mei = here.mei
    await mei.say("/menu")
    await mei.press("看井")
    await mei.say("明天")
    await mei.say("4")
    await mei.photo(b"\xff\xd8\xffwell")
    await mei.press("提交")
    return await reopen(here)


async def reopen(here: Office) -> Paper:
    records = await here.village.records()
    root = records[0].deprecated_id or records[0].instance_id
    return await here.above.do(Tap(token=f"u:c:{root.removeprefix('uuid:')}:0"))


async def test_a_record_is_read_and_approved(here: Office, ask: Publish) -> None:
    page = await visited(here, ask)
    assert "**看井**" in page.text and "多深？\n→ 4" in page.text
    page = await here.above.press("✓ 认可")
    assert "✓ 已认可" in page.text
    assert not {"✓ 认可", "↩ 退回"} & set(labels(page))
    assert len(await here.audited("approve")) == 1


async def test_a_record_is_sent_back_for_one_answer(here: Office, ask: Publish) -> None:
    await visited(here, ask)
    page = await here.above.press("↩ 退回")
    assert "哪一项要改" in page.text
    page = await here.above.press("2")
    assert "**多深？**" in page.text
    page = await here.above.say("井只有五米深，请再量一次")
    assert "↩ 已退回给" in page.text and "等走访员更正" in page.text
    message = here.mei.last
    assert "督导退回一条记录" in message.text and "多深？\n原因：井只有五米深" in message.text
    assert "↩ 退回" in labels(await here.mei.say("/records"))[0]
    page = await here.mei.press("去更正", message)
    assert "多深？" in page.text  # straight at the question
    await here.mei.say("5")
    await here.mei.press("提交")
    page = await reopen(here)
    assert "多深？\n→ 5" in page.text and "退回以后已经更正" in page.text
    assert "✓ 认可" in labels(page)
    assert len(await here.audited("return")) == 1


async def test_what_was_sent_back_may_be_corrected_late(here: Office, ask: Publish) -> None:
    await visited(here, ask)
    await here.on(date(2027, 2, 20))
    for button in ("↩ 退回", "整条记录"):
        if button == "↩ 退回":
            await reopen(here)
        await here.above.press(button)
    await here.above.say("照片不清楚")
    assert "照片不清楚" in here.mei.last.text
    page = await here.mei.press("去更正")
    assert "督导退回：照片不清楚" in "\n".join(here.mei.texts)
    assert "提交" in labels(page)


async def test_who_is_filling_in_a_form_keeps_it(here: Office, ask: Publish) -> None:
    await visited(here, ask)
    for button in ("↩ 退回", "2"):
        await here.above.press(button)
    await here.above.say("请再量一次")
    message = here.mei.last
    await here.mei.say("/menu")
    for button in ("我的走访户", "HAAAAAA", "入户走访", "今天"):
        await here.mei.press(button)
    await here.mei.press("去更正", message)
    assert "多深？" in here.mei.last.text
    assert len(await here.village.interviews(here.mei)) == 2


async def test_whom_a_form_is_for_is_not_sent_back(here: Office) -> None:
    await tell(here.mei, "已迁出")
    page = await reopen(here)
    assert "**1.** 请选择随访对象" in page.text
    page = await here.above.press("↩ 退回")
    assert "1" not in labels(page) and "2" in labels(page)


async def test_the_reason_has_to_be_typed(here: Office, ask: Publish) -> None:
    await visited(here, ask)
    for button in ("↩ 退回", "2"):
        await here.above.press(button)
    page = await here.above.say("长" * 201)
    assert "最多 200 字" in page.text
    page = await here.above.photo()
    assert "请输入退回的原因" in page.text
    await here.above.press("‹ 返回")
    assert not await here.audited("return")


async def test_nobody_else_reads_or_sends_back(here: Office, ask: Publish) -> None:
    await visited(here, ask)
    (record,) = await here.village.records()
    plain = record.instance_id.removeprefix("uuid:")
    other = await here.village.staff(Role.TOWNSHIP_SUPERVISOR, NEXT_GRID, "other")
    for someone in (other, here.mei):
        for what in ("c", "fine", "back", "about"):
            page = await someone.do(Tap(token=f"u:{what}:{plain}:0"))
            assert "多深" not in page.text
    assert not await here.audited("approve", "return")
