"""Working days by the public holidays on record, and by weekends alone for other years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Protocol

from pension.tables import HolidayYear

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


class Workdays(Protocol):
    """A working-day calendar; another one may be put in the place of ours."""

    def is_workday(self, day: date) -> bool:
        """Whether people work on that day, as far as known."""

    def on_record(self, year: int) -> bool:
        """Whether the holidays of that year are known."""


@dataclass(frozen=True, slots=True)
class HolidayCalendar:
    """Public holidays with the days worked instead."""

    off: frozenset[date]
    on: frozenset[date]
    years: frozenset[int]

    @classmethod
    def of(cls, rows: tuple[HolidayYear, ...]) -> HolidayCalendar:
        """Of several rows for one year the last counts."""
        by_year = {row.year: row for row in rows}
        return cls(
            frozenset(day for row in by_year.values() for span in row.off for day in _days(*span)),
            frozenset(day for row in by_year.values() for day in row.on),
            frozenset(by_year),
        )

    def is_workday(self, day: date) -> bool:
        return day in self.on or (day.weekday() < _SATURDAY and day not in self.off)

    def on_record(self, year: int) -> bool:
        return year in self.years


def add_workdays(calendar: Workdays, start: date, count: int) -> date:
    """The last of so many working days after `start`, which itself does not count."""
    day = start
    while count > 0:
        day += _DAY
        count -= calendar.is_workday(day)
    return day


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += _DAY
