"""Lengths of time, month ends and birthdays."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.spans import MonthEnd, Span, add_months, birthday

DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("1 day", Span(days=1)),
        ("10 days", Span(days=10)),
        ("2 weeks", Span(days=14)),
        ("1 month", Span(months=1)),
        ("1 quarter", Span(months=3)),
        ("2 half-years", Span(months=12)),
        ("1 year", Span(months=12)),
    ],
)
def test_a_span_is_said_in_words(text: str, span: Span) -> None:
    assert Span.parse(text) == span


@pytest.mark.parametrize("text", ["", "month", "0 days", "-1 day", "1.5 months", "1 decade", "x"])
def test_other_words_are_no_span(text: str) -> None:
    with pytest.raises(ValueError, match="span"):
        Span.parse(text)


@pytest.mark.parametrize(
    ("day", "months", "clamped", "following"),
    [
        ("2026-01-31", 1, "2026-02-28", "2026-03-01"),
        ("2028-01-31", 1, "2028-02-29", "2028-03-01"),
        ("2026-01-31", 2, "2026-03-31", "2026-03-31"),
        ("2024-02-29", 12, "2025-02-28", "2025-03-01"),
        ("2024-02-29", 48, "2028-02-29", "2028-02-29"),
        ("2026-03-31", -1, "2026-02-28", "2026-03-01"),
        ("2026-08-31", 6, "2027-02-28", "2027-03-01"),
        ("2026-05-31", 1, "2026-06-30", "2026-07-01"),
    ],
)
def test_month_ends(day: str, months: int, clamped: str, following: str) -> None:
    start = date.fromisoformat(day)
    assert add_months(start, months) == date.fromisoformat(clamped)
    assert add_months(start, months, "next") == date.fromisoformat(following)


def naive(day: date, months: int) -> date:
    """Month by month, with a day that the month has."""
    year, month = day.year, day.month
    for _ in range(abs(months)):
        month += 1 if months > 0 else -1
        if month in (0, 13):
            year, month = (year + 1, 1) if month == 13 else (year - 1, 12)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@given(DAYS, st.integers(-600, 600))
def test_adding_months_is_going_month_by_month(day: date, months: int) -> None:
    assert add_months(day, months) == naive(day, months)


@given(DAYS, st.integers(-600, 600), st.sampled_from(["clamp", "next"]))
def test_later_days_and_longer_spans_lead_to_later_days(
    day: date, months: int, month_end: MonthEnd
) -> None:
    here = add_months(day, months, month_end)
    assert here < add_months(day, months + 1, month_end)
    assert here <= add_months(day + timedelta(days=1), months, month_end)


def test_those_born_on_29_february_turn_on_1_march() -> None:
    assert birthday(date(2008, 2, 29), 17) == date(2025, 3, 1)
    assert birthday(date(2008, 2, 29), 20) == date(2028, 2, 29)


@given(st.dates(date(1900, 1, 1), date(2020, 12, 31)), st.integers(0, 120))
def test_the_birthday_is_the_first_day_of_that_age(birth: date, age: int) -> None:
    def years(day: date) -> int:
        return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))

    turned = birthday(birth, age)
    assert years(turned) == age
    assert years(turned - timedelta(days=1)) == age - 1
