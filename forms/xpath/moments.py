"""Dates and date-times: reading ISO 8601, printing it, and counting days.

A date is a whole day of the calendar in the zone of the interview, and its number is the whole
days since 1970-01-01, as in JavaRosa. A date-time is an instant, and its number is the days since
1970-01-01T00:00Z with a fraction, as decimal-date-time() is documented. So the difference of two
dates is whole in every zone, whatever summer time does in between.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final

SECONDS_A_DAY: Final = 86_400
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DATE: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_TIME: Final = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(Z|[+-]\d{2}(?::?\d{2})?)?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date or a date-time.

    `instant` is aware and in the zone of the interview; for a date it is that day's midnight.
    """

    instant: datetime
    date_only: bool

    def __str__(self) -> str:
        if self.date_only:
            return self.instant.date().isoformat()
        return self.instant.isoformat(timespec="milliseconds")

    @property
    def number(self) -> float:
        """Days since 1970-01-01: whole and local for a date, in UTC with a fraction otherwise."""
        if self.date_only:
            return float(self.instant.toordinal() - _EPOCH_DAY)
        return self.days

    @property
    def days(self) -> float:
        """Days since 1970-01-01T00:00Z with a fraction, for a date too: decimal-date-time()."""
        return (self.instant - _EPOCH).total_seconds() / SECONDS_A_DAY


def from_date(day: date, zone: tzinfo) -> Moment:
    """The date `day` in `zone`."""
    return Moment(datetime.combine(day, time(), zone), True)


def from_instant(instant: datetime, zone: tzinfo) -> Moment:
    """The date-time of an aware `instant`, shown in `zone`."""
    return Moment(instant.astimezone(zone), False)


def from_number(days: float, zone: tzinfo) -> Moment | None:
    """The date that whole `days` stand for, the date-time for a fraction; None out of range."""
    try:
        if days.is_integer():
            return from_date(date.fromordinal(_EPOCH_DAY + int(days)), zone)
        return instant_from_number(days, zone)
    except (OverflowError, ValueError):
        return None


def instant_from_number(days: float, zone: tzinfo) -> Moment | None:
    """The date-time that lies `days` after 1970-01-01T00:00Z; None when out of range."""
    try:
        # Numbers carry about a microsecond of noise at today's size: a millisecond is what prints.
        millis = round(days * SECONDS_A_DAY * 1000)
        return from_instant(_EPOCH + timedelta(milliseconds=millis), zone)
    except (OverflowError, ValueError):
        return None


def looks_like_moment(text: str) -> bool:
    """A cheap test that lets most strings skip the real one."""
    return len(text) >= 8 and text[4] == "-" and text[0].isdigit()


@lru_cache(maxsize=2048)
def parse_moment(text: str, zone: tzinfo) -> Moment | None:
    """The date or date-time that `text` spells in ISO 8601, or None.

    A time without an offset is local to `zone`.
    """
    found = _DATE.match(text)
    if found is None:
        return None
    try:
        day = date(*map(int, found.groups()))
        if found.end() == len(text):
            return from_date(day, zone)
        if text[found.end()] not in "T ":
            return None
        clock = parse_time(text[found.end() + 1 :])
        if clock is None:
            return None
        local = datetime.combine(day, clock)
        return from_instant(local if local.tzinfo else local.replace(tzinfo=zone), zone)
    except (OverflowError, ValueError):
        return None


def parse_time(text: str) -> time | None:
    """The time of day that `text` spells, with its offset when it has one, or None."""
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hour, minute, second, fraction, offset = found.groups()
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        return time(int(hour), int(minute), int(second or 0), micros, _zone(offset))
    except ValueError:
        return None


def _zone(offset: str | None) -> tzinfo | None:
    if offset is None:
        return None
    if offset == "Z":
        return UTC
    hours, minutes = int(offset[1:3]), int(offset[3:].lstrip(":") or 0)
    if minutes >= 60:
        raise ValueError(offset)
    shift = timedelta(hours=hours, minutes=minutes)
    return timezone(-shift if offset[0] == "-" else shift)
