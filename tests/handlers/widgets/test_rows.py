"""Rows of a repeat are numbered, also where their number is fixed."""

from __future__ import annotations

from tests.handlers.widgets.conftest import Fill

FORM = """
| survey | type | name | label | repeat_count |
|---|---|---|---|---|
| | begin_repeat | member | 家庭成员 | |
| | text | name | 姓名？ | |
| | begin_repeat | tooth | 牙 | 2 |
| | text | state | 怎么样？ | |
| | end_repeat | | | |
| | end_repeat | | | |
| | text | last | 还有吗？ | |
"""


async def test_each_row_is_headed_by_its_number(fill: Fill) -> None:
    mei = await fill(FORM)
    await mei.press("是")
    assert mei.open.text.startswith("— 家庭成员 1 —\n\n**姓名？**")
    await mei.say("张三")
    assert mei.open.text.startswith("— 牙 1 / 2 —")
    await mei.say("好")
    assert mei.open.text.startswith("— 牙 2 / 2 —")
    await mei.say("好")
    await mei.press("是")
    assert mei.open.text.startswith("— 家庭成员 2 —")


async def test_a_row_is_removed_only_when_that_was_asked_once_more(fill: Fill) -> None:
    mei = await fill(FORM)
    for name in ("张三", "李四"):
        await mei.press("是")
        for said in (name, "好", "坏"):
            await mei.say(said)
    await mei.press("否")
    await mei.say("没有")
    assert "家庭成员 2" in mei.open.text
    button = next(one.text for one in mei.open.buttons if one.text.startswith("✕"))
    asked = await mei.press(button)
    assert "要删除“家庭成员 1”吗？其中的 3 个回答会一起删除。" in asked.text
    await mei.press("不删")
    assert "张三" in mei.open.text
    await mei.press(button)
    await mei.press("删除")
    assert "张三" not in mei.open.text
    assert "家庭成员 1" in mei.open.text
    assert "李四" in mei.open.text


async def test_a_row_that_is_added_from_the_review_begins_with_its_first_question(
    fill: Fill,
) -> None:
    mei = await fill(FORM)
    await mei.press("否")
    await mei.say("没有")
    await mei.press("+ 家庭成员")
    assert mei.open.text.startswith("— 家庭成员 1 —\n\n**姓名？**")
