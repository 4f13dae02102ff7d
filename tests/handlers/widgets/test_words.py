"""Text in all appearances, and what can only be read."""

from __future__ import annotations

import pytest

from tests.handlers.conftest import Village
from tests.handlers.widgets.conftest import Fill, entry

FORM = """
| survey | type | name | label | appearance | calculation | readonly | default |
|---|---|---|---|---|---|---|---|
| | text | plain | Plain? | | | | |
| | text | long | Long? | multiline | | | |
| | text | phone | Phone? | numbers | | | |
| | text | app | From an app? | ex:org.example.scan | | | |
| | text | link | Link? | url | | | |
| | integer | bearing | Bearing? | bearing | | | |
| | hidden | secret | | | | | kept |
| | calculate | sum | | | 2 + 3 | | |
| | date | fixed | Fixed day | | | yes | 2026-03-05 |
| | text | shown | Sum so far | | ${sum} | yes | |
| | acknowledge | read | Did you read it? | | | | |
| | text | last | Last? | | | | |
"""


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Plain?", "text"),
        ("Long?", "multiline"),
        ("Phone?", "decimal"),
        ("From an app?", "text"),
        ("Link?", "text"),
        ("Bearing?", "integer"),
    ],
)
async def test_the_keyboard_fits(fill: Fill, label: str, kind: str) -> None:
    mei = await fill(FORM, label)
    assert entry(mei).kind == kind


async def test_several_lines_are_kept_and_read_back(village: Village, fill: Fill) -> None:
    mei = await fill(FORM, "Long?")
    await mei.say("*one*\n\ntwo")
    assert (await village.values(mei))["long"] == "*one*\n\ntwo"
    assert mei.texts[-2] == "Long?\n✓ \\*one\\*\n\ntwo"


async def test_digits_of_any_width_are_a_number(village: Village, fill: Fill) -> None:
    mei = await fill(FORM, "Phone?")
    await mei.say("１００１２３４５６７８")
    assert (await village.values(mei))["phone"] == "10012345678"


async def test_what_is_read_only_is_shown_with_its_answer_and_not_asked(
    village: Village, fill: Fill
) -> None:
    mei = await fill(FORM, "Did you read it?")
    text = mei.open.text.replace("\\", "")
    assert "Fixed day\n**2026-03-05（周四）**" in text
    assert "Sum so far\n**5**" in text
    await mei.press("知道了")
    assert "Last?" in mei.open.text
    assert (await village.values(mei))["sum"] == "5"
    assert not {"secret", "sum"} & set(" ".join(mei.texts).split())


async def test_words_do_not_acknowledge(fill: Fill) -> None:
    mei = await fill(FORM, "Did you read it?")
    await mei.say("yes")
    assert "请点下面的按钮继续" in mei.open.text
