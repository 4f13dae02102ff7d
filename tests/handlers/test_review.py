"""Every answer once more, each with a button that leads to it, before anything is submitted."""

from __future__ import annotations

from core.messages import Tap
from tests.handlers.conftest import Publish, Village
from tests.handlers.paper import Talker
from tests.handlers.sampler import begin

LONG = "| survey | type | name | label | required |\n|---|---|---|---|---|\n" + "\n".join(
    f"| | text | t{n} | Line {n:02}? | |" for n in range(1, 24)
)


async def reviewed(village: Village, ask: Publish) -> Talker:
    mei = await begin(village, ask, "numbers")
    for typed in ("painted", "4", "2", "60.5", "7", "nothing"):
        await mei.say(typed)
    assert "请检查" in mei.open.text
    return mei


async def test_every_answer_stands_in_it_with_a_button(village: Village, ask: Publish) -> None:
    mei = await reviewed(village, ask)
    for label, shown in (
        ("Remark?", "painted"),
        ("How many live here?", "4"),
        ("Weight?", "60"),
        ("Anything else?", "nothing"),
    ):
        assert f"{label}\n→ {shown}" in mei.open.text
    edits = [button.text for button in mei.open.buttons if button.text.startswith("✎")]
    assert edits == [f"✎ {number}" for number in range(1, 7)]
    assert mei.open.buttons[-1].text == "提交"
    assert await village.records() == []


async def test_an_answer_is_changed_and_the_review_comes_back(
    village: Village, ask: Publish
) -> None:
    mei = await reviewed(village, ask)
    review = mei.open
    await mei.press("✎ 2")
    assert review.buttons == []
    assert "How many live here?" in mei.open.text
    assert "现在的回答：**4**" in mei.open.text
    await mei.say("5")
    assert "请检查" in mei.open.text
    assert "How many live here?\n→ 5" in mei.open.text


async def test_a_changed_answer_asks_for_what_it_makes_necessary(
    village: Village, ask: Publish
) -> None:
    mei = await begin(village, ask, "flow")
    await mei.press("没有")
    await mei.press("否")
    await mei.say("nothing")
    await mei.press("✎ 1")
    await mei.press("有")
    assert "狗叫什么？" in mei.open.text
    await mei.say("旺财")
    await mei.say("3")
    assert "请检查" in mei.open.text
    assert "狗叫什么？\n→ 旺财" in mei.open.text


async def test_rows_are_added_and_taken_away(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "flow")
    for press, said in (("没有", ""), ("是", "黄"), ("是", "黑"), ("否", "nothing")):
        await mei.press(press)
        if said:
            await mei.say(said)
    assert "牛: 2" in mei.open.text
    await mei.press("+ 牛")
    await mei.say("花")
    if "再加一条" in mei.open.text:
        await mei.press("否")
    assert "牛: 3" in mei.open.text
    rows = [button.text for button in mei.open.buttons if button.text.startswith("✕")]
    assert len(rows) == 3
    await mei.press(rows[1])
    assert "要删除“牛 2”吗？" in mei.open.text
    await mei.press("不删")
    assert "牛: 3" in mei.open.text
    await mei.press(rows[1])
    await mei.press("删除")
    if "再加一条" in mei.open.text:
        await mei.press("否")
    assert "牛: 2" in mei.open.text
    assert "黄" in mei.open.text
    assert "花" in mei.open.text
    assert "黑" not in mei.open.text


async def test_a_long_review_is_turned_page_by_page(village: Village, ask: Publish) -> None:
    await ask("long", LONG)
    mei = await village.worker()
    await mei.press("long")
    for number in range(1, 24):
        await mei.say(f"answer {number}")
    assert "Line 10?" in mei.open.text
    assert "Line 11?" not in mei.open.text
    messages = len(mei.sheet)
    await mei.press("›")
    await mei.press("›")
    assert "Line 23?\n→ answer 23" in mei.open.text
    assert "点“提交”" in mei.open.text
    assert len(mei.sheet) == messages  # in place
    await mei.press("✎ 23")
    assert "Line 23?" in mei.open.text


async def test_words_are_no_answer_here(village: Village, ask: Publish) -> None:
    mei = await reviewed(village, ask)
    review = mei.open
    before = await village.stored(mei)
    await mei.say("提交")
    assert "要修改请点" in mei.open.text
    assert mei.open is not review
    assert review.buttons == []
    assert await village.stored(mei) == before


async def test_a_worn_button_shows_the_review_again(village: Village, ask: Publish) -> None:
    mei = await reviewed(village, ask)
    submit = mei.open.button("提交").token
    await mei.press("✎ 2")
    await mei.say("5")
    await mei.do(Tap(token=submit))
    assert "过时" in mei.open.text
    assert "请检查" in mei.open.text
    assert await village.records() == []


async def test_a_forged_number_changes_nothing(village: Village, ask: Publish) -> None:
    mei = await reviewed(village, ask)
    name = mei.open.button("✎ 2").token.rsplit(":", 1)[0]
    for number in ("99", "-1", "x", ""):
        await mei.do(Tap(token=f"{name}:{number}"))
        assert "请检查" in mei.open.text


async def test_whom_it_is_for_can_not_be_changed(village: Village) -> None:
    mei = await village.worker()
    await mei.press("我的走访户")
    await mei.press("HAAAAAA")
    await mei.press("入户走访")
    await mei.press("不变")
    await mei.press("入户")
    await mei.press("已迁出")
    await mei.say("搬到县城")
    assert "请检查" in mei.open.text
    assert "HAAAAAA" in mei.open.text
    assert "✎ 1" not in [button.text for button in mei.open.buttons]


async def test_what_is_still_missing_is_asked_for_at_submission(
    village: Village, ask: Publish
) -> None:
    await ask("late", LATE)
    mei = await village.worker()
    await mei.press("late")
    await mei.say("2026-11-21")
    await mei.say("x")
    assert "请检查" in mei.open.text
    village.clock.turn(days=3)
    review = mei.open
    await mei.press("提交")
    assert "还有 1 处需要补填" in mei.open.text
    assert "Too early or too late." in mei.open.text
    assert "Which day?" in mei.open.text
    assert review.buttons == []
    assert await village.records() == []
    await mei.say("2026-11-23")
    await mei.press("提交")
    assert len(await village.records()) == 1


LATE = """
| survey | type | name | label | constraint | constraint_message | required |
|---|---|---|---|---|---|---|
| | date | day | Which day? | . <= today() and . >= today() - 1 | Too early or too late. | yes |
| | text | last | Anything else? | | | |
"""
