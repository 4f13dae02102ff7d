"""Months, birthdays and ages, against counting day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pension.months import Month, age_on, birthday, months_after

days = st.dates(date(1901, 1, 1), date(2150, 12, 31))


def counted(start: date, months: int) -> date:
    """Walk forward day by day, past so many firsts of the month, to the day of the same number or
    to the last before the next first."""
    day, passed = start.replace(day=1), 0
    while passed < months:
        day += timedelta(days=1)
        passed += day.day == 1
    while day.day != start.day and (day + timedelta(days=1)).day != 1:
        day += timedelta(days=1)
    return day


@given(days, st.integers(0, 40))
def test_months_later_agree_with_a_walk_day_by_day(day: date, months: int) -> None:
    assert months_after(day, months) == counted(day, months)


@given(days, days)
def test_an_age_is_the_number_of_birthdays_after_birth(birth: date, day: date) -> None:
    age = age_on(birth, day)
    assert birthday(birth, age) <= day < birthday(birth, age + 1)


@given(days, st.integers(-600, 600))
def test_months_are_added_and_told_apart(day: date, months: int) -> None:
    month = Month.of(day)
    later = month.plus(months)
    assert month.until(later) == months
    assert later.plus(-months) == month
    assert (later > month) == (months > 0)


@given(days)
def test_a_month_holds_its_days_and_reads_its_own_text(day: date) -> None:
    month = Month.of(day)
    assert month.first_day <= day <= month.last_day
    assert (month.last_day + timedelta(days=1)) == month.plus(1).first_day
    assert Month.parse(str(month)) == month


def test_a_leap_day_and_a_month_end_stay_in_their_month() -> None:
    assert months_after(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert birthday(date(1964, 2, 29), 60) == date(2024, 2, 29)
    assert birthday(date(2040, 2, 29), 60) == date(2100, 2, 28)


def test_what_is_no_month_is_refused() -> None:
    with pytest.raises(ValueError, match="no month"):
        Month(2026, 13)
    with pytest.raises(ValueError, match="invalid literal"):
        Month.parse("spring")
