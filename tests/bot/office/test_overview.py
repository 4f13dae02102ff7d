"""The overview, and one rule by village."""

from __future__ import annotations

from tests.bot.office.conftest import House


async def test_a_rule_is_shown_by_village(house: House) -> None:
    above = await house.browser(house.above)
    page = await above.get("/office/rules/G02/coverage")
    assert page.status == 200 and "柳树村" in page.text
