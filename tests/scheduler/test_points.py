"""Points in time, and where local days begin."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.calendars import WorkingDays
from scheduler.points import Mark, Point, end_of, start_of
from tests.scheduler.making import SHANGHAI

CHINA = WorkingDays.china()
NOON = datetime(2026, 9, 30, 4, tzinfo=UTC)  # in Shanghai
MARKS = {
    "start": Mark(date(2026, 9, 1), start_of(date(2026, 9, 1), SHANGHAI)),
    "end": Mark(date(2026, 9, 30), end_of(date(2026, 9, 30), SHANGHAI)),
    "event": Mark(date(2026, 9, 30), NOON, exact=True),
}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("start", "2026-09-01"),
        ("end", "2026-09-30"),
        ("end + 5 days", "2026-10-05"),
        ("end + 1 month", "2026-10-30"),
        ("start - 2 weeks", "2026-08-18"),
        ("end + 1 working day", "2026-10-08"),
        ("start - 2 working days", "2026-08-28"),
        ("09-15", "2026-09-15"),
        ("08-31", "2027-08-31"),
        ("event", "2026-09-30"),
        ("event + 3 days", "2026-10-03"),
    ],
)
def test_a_point_is_said_in_words(text: str, day: str) -> None:
    reached = Point.parse(text).reach(MARKS, CHINA, SHANGHAI)
    assert reached.day == date.fromisoformat(day)
    assert reached.at == (NOON if text == "event" else None)


@pytest.mark.parametrize(
    ("text", "after"),
    [("event + 1 hour", 60), ("event + 72 hours", 72 * 60), ("event - 15 minutes", -15)],
)
def test_hours_count_from_the_instant(text: str, after: int) -> None:
    reached = Point.parse(text).reach(MARKS, CHINA, SHANGHAI)
    assert reached.at == NOON + timedelta(minutes=after)
    assert reached.day == reached.at.astimezone(SHANGHAI).date()


@pytest.mark.parametrize(
    "text",
    ["", "noon", "end +5 days", "end + days", "end + 1 fortnight", "02-29", "13-01", "+ 1 day"],
)
def test_other_words_are_no_point(text: str) -> None:
    with pytest.raises(ValueError, match="point"):
        Point.parse(text)


def test_working_days_of_a_year_without_holidays_are_not_official() -> None:
    marks = {"end": Mark(date(2026, 12, 30), end_of(date(2026, 12, 30), SHANGHAI))}
    assert not Point.parse("end + 15 working days").reach(marks, CHINA, SHANGHAI).official
    assert Point.parse("end + 15 days").reach(marks, CHINA, SHANGHAI).official


ZONES = [
    "Asia/Shanghai",
    "UTC",
    "America/New_York",
    "America/Sao_Paulo",  # skipped midnight until 2018
    "Africa/Cairo",  # skips it again since 2023
    "Asia/Beirut",
    "Australia/Lord_Howe",
]


@given(st.dates(date(2010, 1, 1), date(2035, 12, 31)), st.sampled_from(ZONES))
def test_days_follow_each_other_whatever_clocks_do(day: date, name: str) -> None:
    zone = ZoneInfo(name)
    begins, ends = start_of(day, zone), end_of(day, zone)
    assert ends == start_of(day + timedelta(days=1), zone)
    assert timedelta(hours=22) < ends - begins < timedelta(hours=26)
    assert begins.astimezone(zone).date() == day
    assert (ends - timedelta(microseconds=1)).astimezone(zone).date() == day
    assert (begins - timedelta(microseconds=1)).astimezone(zone).date() == day - timedelta(days=1)
