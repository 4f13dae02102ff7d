"""Choices in all sizes and appearances."""

from __future__ import annotations

import pytest

from handlers.widgets import PAGE
from tests.handlers.conftest import Village
from tests.handlers.widgets.conftest import Fill, names

_VILLAGES = "\n".join(f"| | village | v{n} | Village {n} | |" for n in range(1, 21))
FORM = f"""
| survey | type | name | label | appearance |
|---|---|---|---|---|
| | select_one yn | quick | Quick? | quick |
| | select_one yn | likert | Likert? | likert |
| | select_one yn | columns | Columns? | columns-3 no-buttons |
| | select_one yn | mapped | Image map? | image-map |
| | select_one yn or_other | other | Or another? | |
| | select_one village | minimal | Minimal? | minimal |
| | select_one village | auto | Autocomplete? | autocomplete |
| | select_one yn | small | Small minimal? | minimal |
| | begin_group | grid | A grid | table-list |
| | select_one yn | row1 | Row one? | |
| | select_one yn | row2 | Row two? | |
| | end_group | | | |
| | select_multiple village | some | Which villages? | columns |
| | select_one_from_file crops.csv | crop | Which crop? | |
| | text | last | Last? | |

| choices | list_name | name | label |
|---|---|---|---|
| | yn | yes | **Yes** |
| | yn | no | No |
{_VILLAGES}
"""
FILES = {
    "crops.csv": ("name,label\n" + "\n".join(f"c{n},Crop {n:03}" for n in range(120))).encode()
}


@pytest.mark.parametrize("label", ["Quick?", "Likert?", "Columns?", "Image map?", "Small minimal?"])
async def test_a_few_choices_are_buttons_whatever_the_appearance(fill: Fill, label: str) -> None:
    mei = await fill(FORM, label, FILES)
    assert names(mei)[:2] == ["Yes", "No"]  # a button shows no Markdown


async def test_another_answer_is_a_choice_with_its_own_question(
    village: Village, fill: Fill
) -> None:
    mei = await fill(FORM, "Or another?", FILES)
    await mei.press("Other")
    assert "Specify other." in mei.open.text
    await mei.say("perhaps")
    values = await village.values(mei)
    assert (values["other"], values["other_other"]) == ("other", "perhaps")


@pytest.mark.parametrize(("label", "name"), [("Minimal?", "minimal"), ("Autocomplete?", "auto")])
async def test_a_long_list_that_the_form_folds_is_searched(
    village: Village, fill: Fill, label: str, name: str
) -> None:
    mei = await fill(FORM, label, FILES)
    assert "共 20 项" in mei.open.text
    assert "Village 1" not in names(mei)
    await mei.say("village 1")  # one is called so
    assert (await village.values(mei))[name] == "v1"


async def test_a_grid_becomes_its_questions(village: Village, fill: Fill) -> None:
    mei = await fill(FORM, "Row one?", FILES)
    assert "A grid" in mei.open.text
    assert names(mei)[:2] == ["Yes", "No"]
    await mei.press("Yes")
    await mei.press("No")
    values = await village.values(mei)
    assert (values["row1"], values["row2"]) == ("yes", "no")
    assert "reserved_name_for_field_list_labels" not in "".join(mei.texts)


async def test_what_is_ticked_stays_ticked_on_other_pages(village: Village, fill: Fill) -> None:
    mei = await fill(FORM, "Which villages?", FILES)
    await mei.press("Village 2")
    await mei.press("›")
    await mei.press("Village 12")
    assert "完成 ✓（已选 2 项）" in names(mei)
    await mei.say("village 20")  # by its name, from a page that is not shown
    await mei.press("完成")
    assert (await village.values(mei))["some"] == "v2 v12 v20"


async def test_choices_from_a_file_are_searched(village: Village, fill: Fill) -> None:
    mei = await fill(FORM, "Which crop?", FILES)
    assert "共 120 项" in mei.open.text
    await mei.say("Crop 0")
    assert len([name for name in names(mei) if name.startswith("Crop")]) == PAGE
    assert "找到 100 项" in mei.open.text
    await mei.press("›")
    await mei.press("Crop 019")
    assert (await village.values(mei))["crop"] == "c19"


async def test_the_record_says_a_choice_without_markup(fill: Fill) -> None:
    mei = await fill(FORM, "Quick?", FILES)
    await mei.press("Yes")
    assert mei.texts[-2] == "Quick?\n✓ **Yes**"
