"""Ways and areas are runs of pins."""

from __future__ import annotations

from tests.handlers.conftest import Village
from tests.handlers.widgets.conftest import Fill, entry, names

FORM = """
| survey | type | name | label |
|---|---|---|---|
| | geotrace | way | The way? |
| | geoshape | field | The field? |
| | text | last | Last? |
"""


async def test_a_way_takes_two_points_at_least(village: Village, fill: Fill) -> None:
    mei = await fill(FORM)
    assert entry(mei).kind == "location"
    assert "已标 0 个点（至少 2 个）" in mei.open.text
    await mei.place(34.5, 108.9)
    assert "完成 ✓" not in names(mei)
    await mei.say("34.6, 108.9")
    await mei.press("完成")
    assert (await village.values(mei))["way"] == "34.5 108.9 0.0 0.0;34.6 108.9 0.0 0.0"
    assert mei.texts[-2] == "The way?\n✓ **2 个点**"


async def test_a_wrong_point_is_taken_back(village: Village, fill: Fill) -> None:
    mei = await fill(FORM)
    for latitude in (34.5, 10.0, 34.6):
        await mei.place(latitude, 108.9)
        if latitude == 10.0:
            await mei.press("撤销")
            assert "已标 1 个点" in mei.open.text
    await mei.press("完成")
    assert "10.0" not in (await village.values(mei))["way"]


async def test_an_area_is_closed_where_it_began(village: Village, fill: Fill) -> None:
    mei = await fill(FORM, "The field?")
    await mei.say("34.5,108.9; 34.6,108.9\n34.6,109.0")
    assert "已标 3 个点（至少 3 个）" in mei.open.text
    await mei.press("完成")
    points = (await village.values(mei))["field"].split(";")
    assert len(points) == 4
    assert points[0] == points[-1]
    assert mei.texts[-2] == "The field?\n✓ **3 个点**"


async def test_points_survive_a_restart(village: Village, fill: Fill) -> None:
    mei = await fill(FORM)
    await mei.place(34.5, 108.9)
    again = village.restart()
    mei.steps, mei.sender = again.steps, again.sender
    await mei.place(34.6, 108.9)
    assert "已标 2 个点" in mei.open.text


async def test_one_bad_line_adds_no_point(fill: Fill) -> None:
    mei = await fill(FORM)
    await mei.say("34.5,108.9; nowhere")
    assert "没看懂这个位置" in mei.open.text
    assert "已标 0 个点" in mei.open.text
