"""Lengths of time as people say them: "10 days", "1 quarter". They count in days or in months.

A month has no fixed length, so a boundary is always computed from its anchor: 31 January and one
month, then two months, are 28 February and 31 March.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator

MonthEnd = Literal["clamp", "next"]
"""Where a day goes that its month does not have: to the month's last day, or to the next month's
first."""

_DAYS: Final = {"day": 1, "week": 7}
_MONTHS: Final = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
_EVERY_MONTH_HAS: Final = 28  # days
_TEXT: Final = re.compile(r"([1-9]\d{0,3}) ([a-z-]+?)s?")


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: months, or days, and never both."""

    months: int = 0
    days: int = 0

    @classmethod
    def parse(cls, text: Any) -> Any:
        """A span from words such as "1 quarter" or "10 days". Raises ValueError."""
        if not isinstance(text, str):
            return text
        found = _TEXT.fullmatch(text.strip())
        if found is None or found[2] not in {*_DAYS, *_MONTHS}:
            raise ValueError("span")
        n, unit = int(found[1]), found[2]
        return cls(months=n * _MONTHS.get(unit, 0), days=n * _DAYS.get(unit, 0))

    def after(self, day: date, times: int = 1, month_end: MonthEnd = "clamp") -> date:
        """The day that lies `times` spans after `day`, or before it where `times` is negative."""
        moved = add_months(day, self.months * times, month_end)
        return moved + timedelta(days=self.days * times)


SpanText = Annotated[Span, BeforeValidator(Span.parse)]
"""A `Span` in a model that reads it from words."""


def add_months(day: date, months: int, month_end: MonthEnd = "clamp") -> date:
    """The same day of another month; `month_end` says what becomes of a day it does not have."""
    year, index = divmod(day.year * 12 + day.month - 1 + months, 12)
    if day.day <= _EVERY_MONTH_HAS:
        return date(year, index + 1, day.day)
    length = calendar.monthrange(year, index + 1)[1]
    if day.day <= length:
        return date(year, index + 1, day.day)
    last = date(year, index + 1, length)
    return last if month_end == "clamp" else last + timedelta(days=1)


def birthday(birth: date, age: int) -> date:
    """The day on which somebody turns `age`. Those born on 29 February turn on 1 March."""
    return add_months(birth, age * 12, "next")
