"""Working days: the published calendar, a county's own, and the years nobody knows yet."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.calendars import CalendarError, WorkingDays

CHINA = WorkingDays.china()
DAY = timedelta(days=1)
DAYS = st.dates(date(2022, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 2, 14), True),  # a Saturday, made up for
        (date(2026, 2, 15), False),
        (date(2026, 2, 23), False),  # a Monday of the Spring Festival
        (date(2026, 2, 24), True),
        (date(2026, 10, 5), False),
        (date(2026, 10, 10), True),
        (date(2026, 9, 5), False),  # a Saturday
        (date(2025, 1, 26), True),
    ],
)
def test_holidays_and_make_up_days_are_as_announced(day: date, worked: bool) -> None:
    assert CHINA.is_workday(day) is worked


@pytest.mark.parametrize(
    ("day", "n", "reached"),
    [
        (date(2026, 9, 25), 15, date(2026, 10, 22)),
        (date(2026, 1, 5), 30, date(2026, 2, 14)),
        (date(2026, 10, 8), -1, date(2026, 9, 30)),
        (date(2026, 10, 3), 0, date(2026, 10, 3)),
    ],
)
def test_counting_working_days(day: date, n: int, reached: date) -> None:
    assert CHINA.add(day, n).day == reached
    assert CHINA.add(day, n).official


def test_a_year_that_is_not_announced_is_not_official() -> None:
    assert not CHINA.official(date(2027, 3, 1))
    assert not CHINA.add(date(2026, 12, 28), 10).official
    assert CHINA.add(date(2026, 12, 28), 3).official
    assert CHINA.is_workday(date(2027, 3, 1))
    assert not CHINA.is_workday(date(2027, 3, 6))


@given(DAYS, st.integers(-60, 60).filter(bool))
def test_between_a_day_and_the_nth_working_day_lie_n_of_them(day: date, n: int) -> None:
    reached = CHINA.add(day, n).day
    step = DAY if n > 0 else -DAY
    passed = [day + step * (k + 1) for k in range(abs((reached - day).days))]
    assert sum(map(CHINA.is_workday, passed)) == abs(n)
    assert CHINA.is_workday(reached)


@given(DAYS)
def test_a_shifted_day_is_the_nearest_that_is_worked_on(day: date) -> None:
    following, former = CHINA.shift(day, "next").day, CHINA.shift(day, "previous").day
    assert former <= day <= following
    assert CHINA.shift(day, "none").day == day
    for shifted in (former, following):
        assert CHINA.is_workday(shifted)
    if CHINA.is_workday(day):
        assert former == day == following
    else:
        between = [former + DAY * k for k in range(1, (following - former).days)]
        assert not any(map(CHINA.is_workday, between))


def test_a_county_adds_a_year_and_changes_a_day(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(
        "[[year]]\n"
        "year = 2026\n"
        'off = ["03-03"]\n'
        'work = ["10-05"]\n'
        "[[year]]\n"
        "year = 2027\n"
        'notice = "本地通知"\n'
        'off = ["02-05..02-12"]\n'
    )
    ours = WorkingDays.china(file)
    assert not ours.is_workday(date(2026, 3, 3))
    assert ours.is_workday(date(2026, 10, 5))
    assert not ours.is_workday(date(2026, 10, 6))
    assert not ours.is_workday(date(2027, 2, 12))
    assert ours.official(date(2027, 2, 12))
    assert ours.official(date(2026, 2, 12))


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[[year]]\noff = []\n", "[[year]] 1 year"),
        ('[[year]]\nyear = 2027\noff = ["02-30"]\n', "2027 02-30"),
        ("[[holiday]]\nyear = 2027\n", "holiday"),
        ("year = [", ""),
    ],
)
def test_a_calendar_that_is_wrong_is_refused_by_its_place(
    tmp_path: Path, text: str, where: str
) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(text)
    with pytest.raises(CalendarError) as refused:
        WorkingDays.china(file)
    assert where in refused.value.where
    assert refused.value.file == str(file)


def test_a_calendar_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CalendarError):
        WorkingDays.china(tmp_path / "none.toml")
