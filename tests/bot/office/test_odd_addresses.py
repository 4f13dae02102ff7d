"""Addresses that somebody typed, or an old bookmark: a page comes, and never an error of ours."""

from __future__ import annotations

import pytest

from tests.bot.office.conftest import House

DAYS = ("0001-01-01", "9999-12-31", "2026-02-30", "soon", "%00")
PAGES = (
    "/office?month={}",
    "/office/trend?month={}",
    "/office/rules/G02/coverage?month={}",
    "/office/records?since={}&until={}",
    "/office/tables?since={}&until={}",
    "/office/tables/visit_ledger.xlsx?since={}",
    "/office/tables/overdue.csv?until={}",
    "/office/reports/food_drug_report?day={}",
    "/office/register?q={}",
)


@pytest.mark.parametrize("page", PAGES)
async def test_days_out_of_this_world_break_no_page(house: House, page: str) -> None:
    above = await house.browser(house.above)
    for day in DAYS:
        value = day[:7] if "month" in page else day
        found = await above.get(page.format(value, value))
        assert found.status in (200, 404), (page, day, found.status)
