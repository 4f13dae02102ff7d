"""Points in time as rules name them: "end + 5 days", "due - 2 working days", "12-15".

A point stands on a mark of the obligation: its period's ``start`` and ``end``, the ``event`` it
hangs on, a day that somebody ``stated``, or what was computed before it: ``opens``, ``due``,
``overdue``, ``closes``. Minutes and hours count from its instant, everything longer from its day.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator

from scheduler.calendars.working_days import WorkingDays
from scheduler.spans import Span

Base = Literal["start", "end", "event", "stated", "opens", "due", "overdue", "closes"]
_BASES: Final = ("start", "end", "event", "stated", "opens", "due", "overdue", "closes")
_SHORT: Final = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1)}
_WORKING: Final = "working day"

_RELATIVE: Final = re.compile(r"([a-z]+)(?: ([+-]) (\d{1,4}) ([a-z -]+?)s?)?")
_MONTH_DAY: Final = re.compile(r"(\d\d)-(\d\d)")


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on which points stand: its local day, and its instant. `exact` if it is the instant
    that counts, and not the whole day."""

    day: date
    at: datetime
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a point is: a whole local day, or an instant (aware, UTC) if it was counted in hours.
    `official` is False where working days were counted in a year without published holidays."""

    day: date
    at: datetime | None
    official: bool = True


@dataclass(frozen=True, slots=True)
class Point:
    """A mark, and how far from it; or the first `month_day` on or after the mark ``start``."""

    base: Base
    amount: int = 0
    unit: str = "day"
    month_day: tuple[int, int] | None = None

    @classmethod
    def parse(cls, text: Any) -> Any:
        """A point from words. Raises ValueError."""
        if not isinstance(text, str):
            return text
        if found := _MONTH_DAY.fullmatch(text):
            return cls("start", month_day=_every_year(int(found[1]), int(found[2])))
        found = _RELATIVE.fullmatch(text.strip())
        if found is None or found[1] not in _BASES:
            raise ValueError("point")
        base: Any = found[1]
        if found[2] is None:
            return cls(base)
        sign = 1 if found[2] == "+" else -1
        if found[4] not in (*_SHORT, _WORKING):
            try:
                Span.parse(f"1 {found[4]}")
            except ValueError as error:
                raise ValueError("point") from error
        return cls(base, sign * int(found[3]), found[4])

    def reach(self, marks: Mapping[str, Mark], days: WorkingDays, zone: tzinfo) -> Reached:
        """Where it is. Raises KeyError for a mark that there is not."""
        mark = marks[self.base]
        if self.month_day:
            return Reached(_next(mark.day, self.month_day), None)
        if self.amount == 0:
            return Reached(mark.day, mark.at if mark.exact else None)
        if self.unit in _SHORT:
            at = mark.at + self.amount * _SHORT[self.unit]
            return Reached(at.astimezone(zone).date(), at)
        if self.unit == _WORKING:
            reached = days.add(mark.day, self.amount)
            return Reached(reached.day, None, reached.official)
        span: Span = Span.parse(f"1 {self.unit}")
        return Reached(span.after(mark.day, self.amount), None)


PointText = Annotated[Point, BeforeValidator(Point.parse)]
"""A `Point` in a model that reads it from words."""


def start_of(day: date, zone: tzinfo) -> datetime:
    """The first instant of a local day, in UTC. Where clocks skip midnight, that is the skip."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def end_of(day: date, zone: tzinfo) -> datetime:
    """The first instant after a local day, in UTC."""
    return start_of(day + timedelta(days=1), zone)


def _every_year(month: int, day: int) -> tuple[int, int]:
    """A day that there is in every year, which 29 February is not."""
    try:
        date(2025, month, day)
    except ValueError as error:
        raise ValueError("point") from error
    return month, day


def _next(day: date, month_day: tuple[int, int]) -> date:
    this_year = date(day.year, *month_day)
    return this_year if this_year >= day else date(day.year + 1, *month_day)
