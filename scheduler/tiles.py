"""How a span divides the calendar: into months, quarters, half-years, years, weeks from Monday …

Tiles of one span follow each other without gap or overlap and are the same for everybody. Months
are counted from the year 0, so that two, three, four, six and twelve of them begin with January.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from scheduler.spans import Span, add_months


@dataclass(frozen=True, slots=True)
class Tile:
    """One of them: `first` and `last` day, and a `key` that names it for ever."""

    key: str
    first: date
    last: date


def tile(span: Span, day: date) -> Tile:
    """The tile in which `day` lies."""
    first = _first(span, day)
    return Tile(_key(span, first), first, span.after(first) - timedelta(days=1))


def _first(span: Span, day: date) -> date:
    if span.months:
        months = day.year * 12 + day.month - 1
        return add_months(day.replace(day=1), -(months % span.months))
    return day - timedelta(days=(day.toordinal() - 1) % span.days)  # 1 January of year 1: a Monday


def _key(span: Span, first: date) -> str:
    match span:
        case Span(months=1):
            return f"{first:%Y-%m}"
        case Span(months=3):
            return f"{first.year}Q{(first.month + 2) // 3}"
        case Span(months=6):
            return f"{first.year}H{(first.month + 5) // 6}"
        case Span(months=12):
            return f"{first.year}"
        case Span(days=7):
            year, week, _ = first.isocalendar()
            return f"{year}W{week:02}"
    return first.isoformat()
