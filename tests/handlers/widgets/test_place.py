"""A place: by a pin, typed, or in a link; and what is said of one that is known too roughly."""

from __future__ import annotations

import pytest

from core.messages import Location
from tests.handlers.conftest import Village
from tests.handlers.widgets.conftest import Fill, entry

FORM = """
| survey | type | name | label | parameters |
|---|---|---|---|---|
| | geopoint | home | Home? | |
| | geopoint | well | The well? | capture-accuracy=5 warning-accuracy=20 |
| | text | last | Last? | |
"""


async def test_a_pin_is_taken_and_read_back(village: Village, fill: Fill) -> None:
    mei = await fill(FORM)
    assert entry(mei).kind == "location"
    await mei.do(Location(latitude=34.5, longitude=108.9, altitude=400, accuracy=8))
    assert (await village.values(mei))["home"] == "34.5 108.9 400.0 8.0"
    assert mei.texts[-2] == "Home?\n✓ **34.50000, 108.90000（误差约 8 米）**"


@pytest.mark.parametrize(
    "typed",
    ["34.5, 108.9", "108.9，34.5", "北纬34.5度 东经108.9度", "geo:34.5,108.9?z=15"],
)
async def test_a_place_is_typed(village: Village, fill: Fill, typed: str) -> None:
    mei = await fill(FORM)
    await mei.say(typed)
    assert (await village.values(mei))["home"].startswith("34.5 108.9 ")


async def test_a_link_from_a_chinese_map_is_shifted_back(village: Village, fill: Fill) -> None:
    mei = await fill(FORM)
    await mei.say("我在这里 https://uri.amap.com/marker?position=116.410244,39.916404&name=x")
    latitude, longitude = map(float, (await village.values(mei))["home"].split()[:2])
    assert latitude == pytest.approx(39.915, abs=1e-5)
    assert longitude == pytest.approx(116.404, abs=1e-5)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("村东头", "没看懂这个位置"),
        ("https://surl.amap.com/2xyz", "短链接我打不开"),
        ("95, 200", "没看懂这个位置"),
    ],
)
async def test_what_names_no_place_is_explained(fill: Fill, typed: str, words: str) -> None:
    mei = await fill(FORM)
    await mei.say(typed)
    assert words in mei.open.text


async def test_a_rough_place_is_kept_with_a_warning(village: Village, fill: Fill) -> None:
    mei = await fill(FORM, "The well?")
    await mei.do(Location(latitude=34.5, longitude=108.9, accuracy=65))
    assert mei.open.text.startswith("已记下，但这个位置误差约 65 米，这份表要求 20 米以内。")
    assert (await village.values(mei))["well"].endswith(" 65.0")


async def test_a_close_place_is_kept_in_silence(fill: Fill) -> None:
    mei = await fill(FORM, "The well?")
    await mei.do(Location(latitude=34.5, longitude=108.9, accuracy=12))
    assert "误差" not in mei.open.text
