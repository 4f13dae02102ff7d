"""The form's longer explanation is one press away."""

from __future__ import annotations

from tests.handlers.widgets.conftest import Fill, names

FORM = """
| survey | type | name | label | hint | guidance_hint |
|---|---|---|---|---|---|
| | text | roof | Roof? | Look up. | Tiles, reed, or *tin*. |
| | select_multiple part | parts | Which parts? | | Ask the owner. |
| | text | last | Last? | | |

| choices | list_name | name | label |
|---|---|---|---|
| | part | door | Door |
| | part | wall | Wall |
"""


async def test_guidance_is_shown_when_it_is_asked_for(fill: Fill) -> None:
    mei = await fill(FORM)
    assert "Tiles" not in mei.open.text
    messages = len(mei.sheet)
    await mei.press("ⓘ 说明")
    assert "Look up.\n\nTiles, reed, or *tin*." in mei.open.text
    assert "ⓘ 说明" not in names(mei)
    assert len(mei.sheet) == messages  # redrawn in place
    await mei.say("tiles")
    assert "Which parts?" in mei.open.text
    assert "Ask the owner" not in mei.open.text


async def test_guidance_stays_while_the_widget_changes(fill: Fill) -> None:
    mei = await fill(FORM, "Which parts?")
    await mei.press("Door")
    await mei.press("ⓘ 说明")
    await mei.press("Wall")
    assert "Ask the owner." in mei.open.text
    assert "✓ Door" in names(mei)


async def test_without_guidance_there_is_no_button(fill: Fill) -> None:
    mei = await fill(FORM, "Last?")
    assert "ⓘ 说明" not in names(mei)
