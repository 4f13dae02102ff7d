"""Answers that are typed: words, whole numbers, decimals, ranges."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.messages import Contact
from tests.handlers.conftest import Publish, Village, running
from tests.handlers.sampler import begin, labels, reach


async def test_words_are_kept_as_they_were_typed(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "numbers")
    assert "In a few words." in mei.open.text
    assert mei.open.reply.entry is not None
    assert mei.open.reply.entry.kind == "text"
    await mei.say("  粉刷过 *两* 次 ")
    assert mei.texts[-2] == "Remark?\n✓ **粉刷过 \\*两\\* 次**"
    assert (await village.values(mei))["remark"] == "粉刷过 *两* 次"


@pytest.mark.parametrize("typed", ["4", "４", " 4 "])
async def test_a_whole_number_is_read(village: Village, ask: Publish, typed: str) -> None:
    mei = await reach(village, ask, "numbers", "How many live here?")
    await mei.say(typed)
    assert "How many rooms?" in mei.open.text
    assert (await village.values(mei))["people"] == "4"


async def test_a_few_numbers_are_offered_as_buttons(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "numbers", "How many rooms?")
    assert labels(mei)[:4] == ["0", "1", "2", "3"]
    entry = mei.open.reply.entry
    assert entry is not None
    assert (entry.kind, entry.minimum, entry.maximum) == ("integer", "0", "3")
    await mei.press("2")
    assert (await village.values(mei))["rooms"] == "2"


async def test_a_decimal_is_read(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "numbers", "Weight?")
    await mei.say("58.5")
    assert (await village.values(mei))["weight"] == "58.5"


async def test_a_range_is_pressed_or_typed(village: Village, ask: Publish) -> None:
    mei = await reach(village, ask, "numbers", "Pain?")
    assert labels(mei)[:11] == [str(number) for number in range(11)]
    await mei.press("7")
    assert (await village.values(mei))["pain"] == "7"
    await mei.press("上一题")
    await mei.say("3")
    assert (await village.values(mei))["pain"] == "3"


PHONE = """
| survey |      |       |               |
|        | type | name  | label         |
|        | text | phone | Phone? |
|        | text | rest  | Anything else? |
"""


async def test_a_shared_contact_answers_the_question_that_asks_for_it(
    village: Village, ask: Publish
) -> None:
    await ask("phones", PHONE)
    mei = await village.worker()
    await mei.press("phones")
    await mei.do(Contact(phone="10012345678"))
    assert "Phone?" in mei.open.text, "the channel is not open to it, so it is asked still"
    house = replace(village.house, open_on=frozenset({"paper"}))
    mei.steps = running(village.database, village.clock, village.channel, house).steps
    await mei.do(Contact(phone="10012345678"))
    assert (await village.values(mei))["phone"] == "10012345678"
    await mei.do(Contact(phone="10012345678"))
    assert "rest" not in await village.values(mei), "nobody asked for it"
