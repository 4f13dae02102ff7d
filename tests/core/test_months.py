"""Records are kept for months: a term ends on the day on which looking back finds it over."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.months import months_after, months_before

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@given(DAYS, st.integers(0, 600))
def test_a_term_is_over_on_the_first_day_that_finds_it_over(day: date, months: int) -> None:
    over = months_after(day, months)
    assert months_before(over, months) >= day
    assert months_before(over - timedelta(days=1), months) < day


@pytest.mark.parametrize(
    ("day", "months", "over"),
    [
        (date(2026, 1, 31), 1, date(2026, 3, 1)),
        (date(2028, 1, 31), 1, date(2028, 3, 1)),
        (date(2026, 8, 31), 6, date(2027, 3, 1)),
        (date(2026, 10, 31), 1, date(2026, 12, 1)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2024, 2, 29), 36, date(2027, 3, 1)),
        (date(2026, 12, 31), 2, date(2027, 3, 1)),
    ],
)
def test_the_last_of_a_month(day: date, months: int, over: date) -> None:
    assert months_after(day, months) == over


def test_looking_back_ends_on_the_last_of_a_shorter_month() -> None:
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_before(date(2027, 1, 31), 14) == date(2025, 11, 30)
