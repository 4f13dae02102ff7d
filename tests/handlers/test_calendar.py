"""The calendar of buttons."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import calendar


def _rows(page: str, smallest: str = "day") -> list[list[tuple[str, str]]]:
    rows = calendar.rows(page, smallest, "zh", lambda p: f"m:{p}", lambda d: f"v:{d}")
    return [[(button.text, button.token) for button in row] for row in rows]


def test_a_month_shows_its_days_under_the_days_of_the_week() -> None:
    rows = _rows("2026-11")
    assert rows[0] == [("‹", "m:2026-10"), ("2026年11月", "m:2026"), ("›", "m:2026-12")]
    assert rows[2][6] == ("1", "v:2026-11-01")  # a Sunday
    assert ("30", "v:2026-11-30") in rows[-1]


def test_a_year_leads_to_its_months_or_gives_one() -> None:
    assert _rows("2026")[1][2] == ("3月", "m:2026-03")
    assert _rows("2026", "month")[1][2] == ("3月", "v:2026-03-01")


def test_a_decade_leads_to_its_years_or_gives_one() -> None:
    assert _rows("195")[0][1] == ("1950–1959", "m:194")
    assert _rows("195")[1][3] == ("1953", "m:1953")
    assert _rows("195", "year")[1][3] == ("1953", "v:1953-01-01")


@pytest.mark.parametrize("page", ["", "2026-13", "abcd", "20261", "9999-01", "1850"])
def test_a_page_that_is_none_is_refused(page: str) -> None:
    assert not calendar.is_page(page)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.sampled_from(["day", "month", "year"]))
def test_every_day_opens_a_page_with_short_tokens(day: date, smallest: str) -> None:
    page = calendar.page_of(day, smallest)
    assert calendar.is_page(page)
    assert all(len(token) < 20 for row in _rows(page, smallest) for _, token in row)
