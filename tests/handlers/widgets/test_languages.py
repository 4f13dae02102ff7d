"""Labels in several languages, with markup and with people's words in them."""

from __future__ import annotations

from tests.handlers.paper import Talker
from tests.handlers.widgets.conftest import Fill, names

BOTH = """
| survey | type | name | label::中文 (zh) | hint::中文 (zh) | label::English (en) |
|---|---|---|---|---|---|
| | text | name | **姓名**？ | | **Name**? |
| | text | age | ${name}多大？ | <span style="color:red">岁</span> | How *old* is ${name}? |
"""
ONE = """
| survey | type | name | label |
|---|---|---|---|
| | text | name | Nombre? |
| | text | age | Edad de ${name}? |
"""
OTHER = """
| survey | type | name | label::Español (es) | label::Français (fr) |
|---|---|---|---|---|
| | text | name | Nombre? | Nom? |
| | text | age | Edad? | Age? |
"""


async def switch(someone: Talker, name: str) -> None:
    await someone.say("/language")
    await someone.press(name, someone.last)


async def test_the_language_changes_at_once(fill: Fill) -> None:
    mei = await fill(BOTH)
    assert mei.open.text == "**姓名**？"
    await switch(mei, "English")
    assert mei.open.text == "**Name**?"
    await mei.say("Li")
    assert "How *old* is Li?" in mei.open.text
    await switch(mei, "中文")
    assert "Li多大？" in mei.open.text


async def test_a_form_in_one_language_stays_in_it(fill: Fill) -> None:
    mei = await fill(ONE)
    await switch(mei, "English")
    assert "Nombre?" in mei.open.text
    assert "Skip ›" in names(mei)


async def test_a_form_that_lacks_the_language_speaks_its_own(fill: Fill) -> None:
    mei = await fill(OTHER)
    assert "Nombre?" in mei.open.text
    await switch(mei, "English")
    assert "Nombre?" in mei.open.text


async def test_what_a_person_said_is_no_markup_within_a_label(fill: Fill) -> None:
    mei = await fill(BOTH)
    await mei.say("*王* <b>[x](http://example.org)")
    assert "\\*王\\* \\<b\\>\\[x\\](http://example.org)多大？" in mei.open.text
    await switch(mei, "English")
    assert "How *old* is \\*王\\*" in mei.open.text


async def test_tags_of_the_author_are_not_shown(fill: Fill) -> None:
    mei = await fill(BOTH, "多大？")
    assert mei.open.text.endswith("岁")
    assert "span" not in mei.open.text
