"""Periods by name, counted from a day: what an office asks for is `last_month`, not two dates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, Literal

Period = Literal[
    "yesterday", "last_week", "this_month", "last_month", "this_quarter", "last_quarter",
    "this_half_year", "last_half_year", "this_year", "last_year",
]  # fmt: skip
Every = Literal["day", "week", "month", "quarter", "half_year", "year"]

FINISHED: Final[dict[Every, Period]] = {
    "day": "yesterday",
    "week": "last_week",
    "month": "last_month",
    "quarter": "last_quarter",
    "half_year": "last_half_year",
    "year": "last_year",
}
"""What a table that is made each day, week … tells of: the last one that is over."""

_DAY: Final = timedelta(days=1)
_MONTHS: Final = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


def span(period: Period, today: date) -> tuple[date, date]:
    """The first and the last day of a period. Weeks begin on Monday."""
    if period == "yesterday":
        return today - _DAY, today - _DAY
    if period == "last_week":
        monday = today - (today.weekday() + 7) * _DAY
        return monday, monday + 6 * _DAY
    which, _, length = period.partition("_")
    months = _MONTHS[length]
    first = date(today.year, (today.month - 1) // months * months + 1, 1)
    if which == "last":
        first = _later(first, -months)
    return first, _later(first, months) - _DAY


def _later(first: date, months: int) -> date:
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1)
