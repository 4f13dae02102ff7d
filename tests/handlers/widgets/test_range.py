"""Numbers on a scale: by buttons where they are few, typed where they are many."""

from __future__ import annotations

import pytest

from tests.handlers.conftest import Village
from tests.handlers.widgets.conftest import Fill, entry, names

FORM = """
| survey | type | name | label | appearance | parameters |
|---|---|---|---|---|---|
| | range | stars | Stars? | rating | start=1 end=5 step=1 |
| | range | pain | Pain? | picker | start=0 end=10 step=1 |
| | range | warm | Warm? | vertical | start=-1 end=1 step=0.5 |
| | range | share | Share? | no-ticks | start=0 end=100 step=5 |
| | text | last | Last? | | |
"""


async def test_a_rating_is_pressed_by_its_stars(village: Village, fill: Fill) -> None:
    mei = await fill(FORM)
    assert names(mei)[:5] == [f"{n} ★" for n in range(1, 6)]
    await mei.press("4 ★")
    assert (await village.values(mei))["stars"] == "4"


async def test_a_scale_may_go_by_halves_and_below_nothing(village: Village, fill: Fill) -> None:
    mei = await fill(FORM, "Warm?")
    assert names(mei)[:5] == ["-1", "-0.5", "0", "0.5", "1"]
    assert entry(mei).kind == "decimal"
    await mei.press("-0.5")
    assert (await village.values(mei))["warm"] == "-0.5"


async def test_a_long_scale_is_typed(village: Village, fill: Fill) -> None:
    mei = await fill(FORM, "Share?")
    assert "0 到 100，每档 5。" in mei.open.text
    assert (entry(mei).kind, entry(mei).minimum, entry(mei).maximum) == ("integer", "0", "100")
    await mei.say("35")
    assert (await village.values(mei))["share"] == "35"


@pytest.mark.parametrize("typed", ["101", "-5", "7"])
async def test_what_is_not_on_the_scale_is_asked_for_again(
    village: Village, fill: Fill, typed: str
) -> None:
    mei = await fill(FORM, "Share?")
    await mei.say(typed)
    assert "不在允许的范围内" in mei.open.text
    assert "share" not in await village.values(mei)
