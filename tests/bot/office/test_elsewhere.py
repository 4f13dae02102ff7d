"""A record of ODK Collect is read, sent back and mended in the chat, if it says the same there."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from core.messages import Tap
from storage.policy import OPERATOR
from storage.tables import submission
from tests.bot.office.conftest import House
from tests.bot.office.test_records import ask, listed
from tests.bot.office.test_review import change
from tests.handlers.conftest import Publish

__all__ = ["ask"]

WELL = """\
| settings | form_title | form_id | version |
|---|---|---|---|
|  | 水井 | well | 1 |

| survey | type | name | label | required | default | calculation |
|---|---|---|---|---|---|---|
|  | date | visit_date | 哪天去的？ | yes | today() |  |
|  | select_multiple signs | signs | 看见了什么？ |  |  |  |
|  | begin_group | measures | 量一量 |  |  |  |
|  | decimal | depth | 多深？ | yes |  |  |
|  | calculate | twice |  |  |  | ${depth} * 2 |
|  | end_group |  |  |  |  |  |
|  | begin_repeat | pumps | 水泵 |  |  |  |
|  | text | maker | 哪家的？ | yes |  |  |
|  | end_repeat |  |  |  |  |  |
|  | text | more | 还有呢？ |  |  |  |

| choices | list_name | name | label |
|---|---|---|---|
|  | signs | clear | 水清 |
|  | signs | lid | 有井盖 |
"""

SAID = {
    "visit_date": "2026-11-30",
    "signs": ["clear", "lid"],
    "measures": {"depth": 4.5, "twice": 9},
    "pumps": [{"maker": "甲厂"}, {"maker": "乙厂"}],
}


@pytest.fixture
async def sent(house: House, ask: Publish) -> House:
    """One record has come in by Collect."""
    await ask("well", WELL)
    await house.mei.say("/menu")
    await house.mei.press("水井")
    await house.mei.say("昨天")
    await house.mei.press("水清")
    await house.mei.press("完成")
    await house.mei.say("3")
    await house.mei.press("否")
    await house.mei.press("跳过")
    await house.mei.press("提交")
    await change(house, "UPDATE submission SET interview_id = NULL, channel = 'collect'")
    await say(house, SAID)
    return house


async def say(house: House, answers: dict[str, object]) -> None:
    async with house.village.database.unit(OPERATOR, "test") as uow:
        await uow.connection.execute(update(submission).values(answers=answers))


async def refs(house: House, record: str) -> dict[str, str]:
    """The questions that the record can be sent back for, by their words."""
    page = await (await house.browser(house.above)).get(f"/office/records/{record}")
    return {label: ref for ref, label in re.findall(r'<option value="(/[^"]+)">([^<]+)', page.text)}


async def test_it_is_mended_in_the_chat_at_the_question_that_it_was_sent_back_for(
    sent: House,
) -> None:
    above = await sent.browser(sent.above)
    (first,) = await listed(above)
    asked = await refs(sent, first)
    assert {"多深？", "哪家的？", "还有呢？"} <= set(asked)
    path = f"/office/records/{first}"
    done = await above.decide(path, "return", about=asked["多深？"], reason="请再量")
    assert "已退回给" in done.told
    await sent.village.sender.drain()
    assert "多深" in sent.mei.last.text and "请再量" in sent.mei.last.text
    page = await sent.mei.press("去更正")
    assert "多深" in page.text
    review = await sent.mei.say("7")
    for kept in ("→ 7", "甲厂", "乙厂", "水清", "有井盖"):
        assert kept in review.text
    await sent.mei.press("提交")
    (second,) = await listed(above, "standing=waiting")
    assert second != first
    assert await sent.rows("SELECT root_id FROM submission WHERE root_id IS NOT NULL") == [(first,)]
    page = await sent.above.do(Tap(token=f"u:c:{first.removeprefix('uuid:')}:0"))
    assert "→ 7" in page.text


async def test_it_is_read_and_sent_back_in_the_supervisors_chat(sent: House) -> None:
    (first,) = await listed(await sent.browser(sent.above))
    page = await sent.above.do(Tap(token=f"u:c:{first.removeprefix('uuid:')}:0"))
    assert "4.5" in page.text and "甲厂" in page.text
    for button in ("↩ 退回", "整条记录"):
        await sent.above.press(button)
    await sent.above.say("写清楚")
    await sent.village.sender.drain()
    assert "写清楚" in sent.mei.last.text and "Collect" not in sent.mei.last.text
    assert "甲厂" in (await sent.mei.press("去更正")).text


@pytest.mark.parametrize("wrong", [{"measures": {"depth": "很深"}}, {"signs": ["salty"]}])
async def test_what_a_question_here_does_not_take_is_mended_in_collect(
    sent: House, wrong: dict[str, object]
) -> None:
    await say(sent, SAID | wrong)
    above = await sent.browser(sent.above)
    (first,) = await listed(above)
    assert await refs(sent, first) == {}
    done = await above.decide(f"/office/records/{first}", "return", about="", reason="请再看")
    assert "已退回给" in done.told
    await sent.village.sender.drain()
    assert "Collect" in sent.mei.last.text and not sent.mei.last.buttons
