"""Which days a report tells of."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

_MONTHS: Final = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


def around(every: str, day: date) -> tuple[date, date]:
    """The first and the last day of the month, quarter, half-year or year with `day` in it."""
    length = _MONTHS[every]
    first = date(day.year, (day.month - 1) // length * length + 1, 1)
    years, month = divmod(first.month - 1 + length, 12)
    return first, date(first.year + years, month + 1, 1) - timedelta(days=1)


def last(every: str, today: date) -> tuple[date, date]:
    """The one before that with `today` in it."""
    return around(every, around(every, today)[0] - timedelta(days=1))
