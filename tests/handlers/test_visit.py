"""A grid worker's whole visit, from the menu to the stored record."""

from __future__ import annotations

from storage.policy import Role
from tests.handlers.conftest import GRID, Village


async def test_a_worker_fills_in_a_household_visit_and_it_is_stored(village: Village) -> None:
    mei = await village.staff(Role.GRID_WORKER, GRID)
    assert "网格员" in mei.last.text
    listing = await mei.press("我的走访户")
    assert [b.text for b in listing.buttons][:2] == ["HAAAAAA 王家", "HBBBBBB 李家"]
    await mei.press("HAAAAAA")
    question = await mei.press("入户走访")
    print(mei.sheet)
    assert "走访日期" in question.text
