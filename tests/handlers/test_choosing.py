"""Choices: one or several, a few or many, and their order."""

from __future__ import annotations

import pytest

from handlers.widgets import PAGE
from tests.handlers.conftest import Publish, Village
from tests.handlers.sampler import begin, labels, reach


async def test_one_of_a_few_is_pressed(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "choices")
    assert labels(mei) == ["Apple", "Pear", "Plum", "跳过 ›"]
    await mei.press("Pear")
    assert mei.texts[-2] == "Best fruit?\n✓ **Pear**"
    assert (await village.values(mei))["best"] == "pear"


@pytest.mark.parametrize("typed", ["Pear", "pear", "ＰＥＡＲ", " PEAR "])
async def test_a_choice_may_be_typed_by_its_words(
    village: Village, ask: Publish, typed: str
) -> None:
    mei = await begin(village, ask, "choices")
    await mei.say(typed)
    assert (await village.values(mei))["best"] == "pear"


async def test_a_choice_that_was_made_is_marked_on_return(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "choices")
    await mei.press("Pear")
    await mei.press("上一题")
    assert "✓ Pear" in labels(mei)
    assert "Pear" in mei.open.text


async def test_a_dozen_choices_are_paged(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "choices", "Home village?")
    assert labels(mei)[:PAGE] == [f"Village {number}" for number in range(1, PAGE + 1)]
    messages = len(mei.sheet)
    await mei.press("›")
    rest = [f"Village {number}" for number in range(PAGE + 1, 13)]
    assert labels(mei)[: len(rest)] == rest
    assert len(mei.sheet) == messages  # in place
    await mei.press("Village 11")
    assert (await village.values(mei))["home"] == "v11"


async def test_many_choices_are_searched(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "choices", "Which crop?")
    assert "共 60 项" in mei.open.text
    assert not any("Crop" in text for text in labels(mei))
    await mei.say("crop 4")
    assert "找到 10 项" in mei.open.text
    await mei.press("Crop 49")
    assert (await village.values(mei))["crop"] == "c49"


async def test_a_search_for_nothing_says_so(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "choices", "Which crop?")
    await mei.say("potato")
    assert "Which crop?" in mei.open.text
    assert "crop" not in await village.values(mei)
    await mei.say("crop 07")
    assert (await village.values(mei))["crop"] == "c7"


async def test_several_are_toggled_and_then_done(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "choices", "Which fruits?")
    messages = len(mei.sheet)
    await mei.press("Plum")
    await mei.press("Pear")
    await mei.press("Apple")
    await mei.press("Pear")
    assert labels(mei)[:4] == ["✓ Apple", "Pear", "✓ Plum", "完成 ✓（已选 2 项）"]
    assert len(mei.sheet) == messages  # in place
    assert "liked" not in await village.values(mei)
    await mei.press("完成")
    assert (await village.values(mei))["liked"] == "apple plum"
    assert "Apple" in mei.texts[-2]


async def test_toggles_survive_a_restart(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "choices", "Which fruits?")
    await mei.press("Plum")
    fresh = village.restart()
    mei.steps, mei.sender = fresh.steps, fresh.sender
    await mei.press("Apple")
    await mei.press("完成")
    assert (await village.values(mei))["liked"] == "apple plum"


async def test_several_may_be_typed(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "choices", "Which fruits?")
    await mei.say("plum、apple")
    assert labels(mei)[:4] == ["✓ Apple", "Pear", "✓ Plum", "完成 ✓（已选 2 项）"]


async def test_too_many_are_turned_down_by_the_form_and_stay_chosen(
    village: Village, ask: Publish
) -> None:
    mei = await reach(village, ask, "choices", "Which fruits?")
    for fruit in ("Apple", "Pear", "Plum", "完成"):
        await mei.press(fruit)
    assert "Two at most." in mei.open.text
    assert labels(mei)[:3] == ["✓ Apple", "✓ Pear", "✓ Plum"]
    await mei.press("Plum")
    await mei.press("完成")
    assert (await village.values(mei))["liked"] == "apple pear"


async def test_what_was_chosen_before_can_be_taken_away(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "choices", "Which fruits?")
    await mei.press("Plum")
    await mei.press("完成")
    await mei.press("上一题")
    assert "✓ Plum" in labels(mei)
    await mei.press("Plum")
    await mei.press("一项未选")
    assert "liked" not in await village.values(mei)


async def test_a_rank_is_pressed_in_its_order(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "choices", "In which order?")
    await mei.press("Plum")
    assert labels(mei)[:3] == ["Apple", "Pear", "1. Plum"]
    await mei.press("Pear")
    await mei.press("撤销")
    assert not any("完成" in text for text in labels(mei))
    await mei.press("Apple")
    await mei.press("Pear")
    assert labels(mei)[:3] == ["2. Apple", "3. Pear", "1. Plum"]
    await mei.press("完成")
    assert (await village.values(mei))["order"] == "plum apple pear"
