"""One question after the other, and every way back."""

from __future__ import annotations

from tests.handlers.conftest import Publish, Village
from tests.handlers.sampler import begin, labels, reach


async def test_back_leads_to_the_question_before_with_its_answer(
    village: Village, ask: Publish
) -> None:
    mei = await begin(village, ask, "numbers")
    assert not any("上一题" in text for text in labels(mei))
    await mei.say("first")
    await mei.press("上一题")
    assert "Remark?" in mei.open.text
    assert "现在的回答：**first**" in mei.open.text
    await mei.say("second")
    assert (await village.values(mei))["remark"] == "second"


async def test_back_passes_over_notes(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "places")
    await mei.press("知道了")
    await mei.press("上一题")
    assert "Did you read this?" in mei.open.text
    assert "上一题" not in [button.text for button in mei.open.buttons]  # only a note stands before


async def test_same_keeps_an_answer_and_goes_on(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "numbers")
    await mei.say("first")
    await mei.press("上一题")
    await mei.press("不变")
    assert "How many live here?" in mei.open.text
    assert (await village.values(mei))["remark"] == "first"


async def test_clear_takes_an_answer_away(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "numbers")
    await mei.say("first")
    await mei.press("上一题")
    await mei.press("清除")
    assert "How many live here?" in mei.open.text
    assert "remark" not in await village.values(mei)


async def test_a_question_that_is_passed_over_is_written_down_as_such(
    village: Village, ask: Publish
) -> None:
    mei = await begin(village, ask, "numbers")
    await mei.press("跳过")
    assert "（未填）" in mei.texts[-2]


async def test_what_must_be_answered_offers_no_skip(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "numbers", "How many live here?")
    assert not any("跳过" in text for text in labels(mei))


async def test_progress_counts_up(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "numbers")
    seen = []
    for typed in ("a", "4", "2", "60", "5"):
        progress = mei.open.reply.progress
        assert progress is not None
        seen.append((progress.at, progress.about))
        await mei.say(typed)
    assert seen == [(1, 6), (2, 6), (3, 6), (4, 6), (5, 6)]


async def test_an_answered_question_loses_its_buttons(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "choices")
    question = mei.open
    await mei.press("Pear")
    assert question.buttons == []
    assert question.text == "Best fruit?\n✓ **Pear**"
