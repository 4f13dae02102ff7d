"""What depends on an answer, rows, another language, and whom it is for."""

from __future__ import annotations

from tests.handlers.conftest import Publish, Village
from tests.handlers.sampler import begin, labels


async def test_answers_that_fall_away_are_counted_and_come_back(
    village: Village, ask: Publish
) -> None:
    mei = await begin(village, ask, "flow")
    await mei.press("有")
    await mei.say("旺财")
    await mei.say("3")
    for _ in range(3):
        await mei.press("上一题")
    assert "有狗吗？" in mei.open.text
    await mei.press("没有")
    assert "有 2 个先前的回答不再适用" in mei.open.text
    assert "要添加“牛”吗？" in mei.open.text
    await mei.press("上一题")
    await mei.press("有")
    assert "有 2 个先前的回答重新适用" in mei.open.text
    assert (await village.values(mei))["name"] == "旺财"


async def test_rows_are_added_until_there_is_no_more(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "flow")
    await mei.press("没有")
    assert labels(mei)[:2] == ["是", "否"]
    await mei.press("是")
    assert "什么颜色？" in mei.open.text
    await mei.say("黄")
    assert "已有 1 条“牛”" in mei.open.text
    await mei.press("是")
    await mei.say("黑")
    await mei.press("否")
    assert "还有别的吗？" in mei.open.text
    stored = await village.stored(mei)
    assert sorted(value for value in stored["values"].values() if value in "黄黑") == ["黄", "黑"]


async def test_words_do_not_answer_whether_a_row_is_wanted(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "flow")
    await mei.press("没有")
    await mei.say("三头")
    assert "请从下面的按钮中选择" in mei.open.text
    assert "要添加“牛”吗？" in mei.open.text


async def test_back_leads_out_of_a_row(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "flow")
    await mei.press("没有")
    await mei.press("上一题")
    assert "有狗吗？" in mei.open.text


async def test_the_language_changes_in_the_middle(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "flow")
    await mei.press("有")
    await mei.say("/language")
    await mei.press("English")
    assert "What is its name?" in mei.open.text
    assert any("Skip" in text for text in labels(mei))
    await mei.say("Rex")
    await mei.press("Back")
    await mei.press("Back")
    assert "Is there a dog?" in mei.open.text
    assert "Your answer now: **There is**" in mei.open.text


async def test_the_language_question_left_open_harms_nothing(
    village: Village, ask: Publish
) -> None:
    mei = await begin(village, ask, "flow")
    await mei.press("有")
    await mei.say("/language")
    await mei.say("旺财")
    assert (await village.values(mei))["name"] == "旺财"


async def test_the_menu_answers_for_whom_it_is(village: Village) -> None:
    mei = await village.worker()
    await mei.press("我的走访户")
    await mei.press("HAAAAAA")
    await mei.press("入户走访")
    assert "走访日期" in mei.open.text
    assert not any("上一题" in text for text in labels(mei))
    assert (await village.values(mei))["house_code"] == "HAAAAAA"
    progress = mei.open.reply.progress
    assert progress is not None
    assert progress.at == 1
