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
