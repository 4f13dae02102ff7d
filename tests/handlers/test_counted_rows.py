"""Rows by number: what the chat says when the number falls, and when it rises again."""

from __future__ import annotations

from typing import Final

from tests.handlers.conftest import Publish, Village

CHILDREN: Final = """
| survey | type | name | label | repeat_count | required |
|---|---|---|---|---|---|
| | integer | n | 几个孩子？ | | yes |
| | begin_repeat | child | 孩子 | ${n} | |
| | text | called | 叫什么？ | | yes |
| | end_repeat | | | | |
| | text | last | 还有别的吗？ | | yes |
"""


async def test_answers_in_rows_that_fall_away_are_counted_and_come_back(
    village: Village, ask: Publish
) -> None:
    await ask("children", CHILDREN)
    mei = await village.worker()
    await mei.press("children")
    for typed in ("4", "安安", "宝宝", "彩彩", "东东"):
        await mei.say(typed)
    for _ in range(5):
        await mei.press("上一题")
    assert "几个孩子？" in mei.open.text
    await mei.say("1")
    assert "有 3 个先前的回答不再适用；改回来就会恢复" in mei.open.text
    assert "安安" in mei.open.text, "the first child is still there"
    fresh = village.restart()
    mei.steps, mei.sender = fresh.steps, fresh.sender
    await mei.press("上一题")
    await mei.say("3")
    assert "有 2 个先前的回答重新适用" in mei.open.text
    for name in ("安安", "宝宝", "彩彩"):
        assert name in mei.open.text
        await mei.press("不变")
    assert "还有别的吗？" in mei.open.text
    await mei.say("没有")
    await mei.press("提交")
    (record,) = await village.records()
    assert [row["called"] for row in record.answers["child"]] == ["安安", "宝宝", "彩彩"]


BEDS: Final = """
| survey | type | name | label | repeat_count | required |
|---|---|---|---|---|---|
| | begin_repeat | child | 孩子 | | |
| | text | called | 叫什么？ | | yes |
| | end_repeat | | | | |
| | begin_repeat | bed | 床 | count(${child}) | |
| | text | place | 在哪间？ | | yes |
| | end_repeat | | | | |
"""


async def test_a_row_that_goes_or_comes_tells_what_it_does_to_rows_elsewhere(
    village: Village, ask: Publish
) -> None:
    await ask("beds", BEDS)
    mei = await village.worker()
    await mei.press("beds")
    for name in ("安安", "宝宝"):
        await mei.press("是")
        await mei.say(name)
    await mei.press("否")
    for room in ("东屋", "西屋"):
        await mei.say(room)
    await mei.press("✕ 4")
    review = await mei.press("删除")
    assert "有 1 个先前的回答不再适用" in review.text
    assert "西屋" not in review.text
    await mei.press("+ 孩子")
    assert "有 1 个先前的回答重新适用" in mei.open.text
    await mei.say("彩彩")
    assert "西屋" in mei.open.text


async def test_a_row_that_is_added_on_the_way_tells_it_too(village: Village, ask: Publish) -> None:
    await ask("beds", BEDS)
    mei = await village.worker()
    await mei.press("beds")
    await mei.press("是")
    await mei.say("安安")
    await mei.press("否")
    await mei.say("东屋")
    await mei.press("✕ 2")
    await mei.press("删除")
    for _ in range(2):
        await mei.say("/menu")
        await mei.say("/resume")
    await mei.press("+ 孩子")
    assert "有 1 个先前的回答重新适用" in mei.open.text
