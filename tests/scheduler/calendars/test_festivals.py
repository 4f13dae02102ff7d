"""Festivals of the moon calendar, and the summer heat."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.calendars import FESTIVALS, festival


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("spring_festival", ["2026-02-17", "2027-02-06", "2028-01-26", "2030-02-03"]),
        ("dragon_boat", ["2026-06-19", "2027-06-09", "2029-06-16"]),
        ("double_ninth", ["2026-10-18", "2027-10-08", "2029-10-16"]),
        ("summer_heat", ["2026-06-15", "2099-06-15"]),
    ],
)
def test_a_festival_has_its_day_in_each_year(name: str, days: list[str]) -> None:
    for day in map(date.fromisoformat, days):
        assert festival(name, day.year) == day


def test_every_festival_is_known_until_2040() -> None:
    assert all(festival(name, year) for name in FESTIVALS for year in range(2024, 2041))


def test_a_year_beyond_the_table_has_none() -> None:
    assert festival("spring_festival", 2041) is None


def test_an_unknown_festival_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        festival("easter", 2026)
