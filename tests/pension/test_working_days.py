"""Working days by the holidays on record, against plain counting."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pension import RuleBook, built_in
from pension.working_days import HolidayCalendar, add_workdays

# Statutory holidays of a year: eleven, twelve with the extra day of 2015, thirteen in 2020 with the
# days that the Spring Festival was prolonged by, thirteen since 2025.
STATUTORY = dict.fromkeys(range(2014, 2025), 11) | {2015: 12, 2020: 13, 2025: 13, 2026: 13}


@pytest.fixture(scope="module")
def calendar(book: RuleBook) -> HolidayCalendar:
    return HolidayCalendar.of(book.holidays)


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(n) for n in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("year", STATUTORY)
def test_a_year_has_its_weekends_and_statutory_holidays_off(
    calendar: HolidayCalendar, year: int
) -> None:
    days = days_of(year)
    weekends = sum(day.isoweekday() > 5 for day in days)
    worked = sum(calendar.is_workday(day) for day in days)
    assert worked == len(days) - weekends - STATUTORY[year]


def test_days_worked_instead_are_weekend_days_and_holidays_are_none_of_them(
    book: RuleBook, calendar: HolidayCalendar
) -> None:
    assert all(day.isoweekday() > 5 for day in calendar.on)
    assert not calendar.on & calendar.off
    for row in book.holidays:
        assert {day.year for span in row.off for day in span} == {row.year}
        assert all(first <= last for first, last in row.off)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 2, 14), True),  # a Saturday, for the Spring Festival
        (date(2026, 2, 16), False),
        (date(2026, 9, 25), False),  # Mid-Autumn
        (date(2026, 10, 10), True),
        (date(2026, 10, 11), False),
        (date(2015, 9, 3), False),  # an extra holiday of that year
    ],
)
def test_known_days(calendar: HolidayCalendar, day: date, worked: bool) -> None:
    assert calendar.is_workday(day) is worked


@given(st.dates(date(2014, 1, 1), date(2028, 12, 31)), st.integers(0, 60))
def test_adding_days_agrees_with_counting_them(start: date, count: int) -> None:
    rows = built_in().holidays
    off = {
        first + timedelta(n)
        for row in rows
        for first, last in row.off
        for n in range((last - first).days + 1)
    }
    worked = {day for row in rows for day in row.on}
    end = add_workdays(HolidayCalendar.of(rows), start, count)
    passed = [start + timedelta(n) for n in range(1, (end - start).days + 1)]
    working = [day for day in passed if day in worked or (day.isoweekday() < 6 and day not in off)]
    assert len(working) == count
    assert not count or working[-1] == end


def test_of_two_rows_for_a_year_the_later_counts(book: RuleBook) -> None:
    first = book.holidays[-1]
    changed = first.model_copy(update={"off": (), "on": ()})
    calendar = HolidayCalendar.of((first, changed))
    assert calendar.is_workday(date(2026, 10, 1))
    assert not calendar.is_workday(date(2026, 10, 10))
