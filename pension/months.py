"""Months, birthdays and ages by the calendar. Days are local dates of the place in question."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Self


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month; as text ``2015-04``."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not 1 <= self.month <= 12:
            raise ValueError(f"{self.year}-{self.month} is no month")

    @classmethod
    def of(cls, day: date) -> Self:
        """The month that a day stands in."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2015-04``. Raises ValueError."""
        year, _, month = text.partition("-")
        return cls(int(year), int(month))

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    def plus(self, months: int) -> Month:
        """So many months later, or earlier for a negative number."""
        years, month = divmod(self.month - 1 + months, 12)
        return Month(self.year + years, month + 1)

    def until(self, other: Month) -> int:
        """How many months later the other one is."""
        return (other.year - self.year) * 12 + other.month - self.month

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


def months_after(day: date, months: int) -> date:
    """The day of the same number so many months later; without one, the last of that month.

    Civil Code Art. 202: 31 January and one month is the last day of February.
    """
    month = Month.of(day).plus(months)
    return month.first_day.replace(day=min(day.day, month.last_day.day))


def birthday(birth: date, age: int) -> date:
    """The day on which somebody reaches an age."""
    return months_after(birth, 12 * age)


def age_on(birth: date, day: date) -> int:
    """Completed years of life; negative before birth."""
    years = day.year - birth.year
    return years if birthday(birth, years) <= day else years - 1
