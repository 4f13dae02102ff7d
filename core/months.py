"""Terms in months: the day on which one is over, and the day on which one that is over began."""

from __future__ import annotations

import calendar
from datetime import date, timedelta


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier; the last of a month that has no such day."""
    return same_day(day, -months)


def months_after(day: date, months: int) -> date:
    """The first day on which so many months are over: the first one that `months_before` leads
    back to `day` or later. Of a month that has no such day it is the first of the next."""
    clamped = same_day(day, months)
    return clamped if clamped.day == day.day else clamped + timedelta(days=1)


def same_day(day: date, months: int) -> date:
    """The same day so many months later, or earlier by a negative number; the last of a month that
    has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
