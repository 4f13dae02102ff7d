"""When people may be told: not by night, not in the middle of an interview, not too often.

Only what is urgent goes through all three.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

NIGHT: Final = time(21)
MORNING: Final = time(8)
LEFT_FOR: Final = timedelta(minutes=15)
"""An open interview that nobody went on with for so long may be interrupted."""

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Manners:
    """What a deployment may choose: the local hour of the digest, and how many messages of their
    own one person gets a day."""

    digest_at: time = time(8, 30)
    alone_a_day: int = 10


def is_night(now: datetime, zone: tzinfo) -> bool:
    """Whether `now` lies in the quiet hours of a zone."""
    hour = now.astimezone(zone).time()
    return hour >= NIGHT or hour < MORNING


def morning_after(now: datetime, zone: tzinfo) -> datetime:
    """The end of the quiet hours that `now` lies in, in UTC."""
    local = now.astimezone(zone)
    day = local.date() + _DAY if local.time() >= NIGHT else local.date()
    return _at(day, minute_of(MORNING), zone)


def next_digest(now: datetime, zone: tzinfo, minute: int) -> datetime:
    """When the next digest goes to somebody who had none today and is told from a minute of the day
    on, in UTC; `now` where it goes at once."""
    day = now.astimezone(zone).date()
    at = _at(day, minute, zone)
    if at > now or not is_night(now, zone):
        return max(at, now)
    return _at(day + _DAY, minute, zone)


def _at(day: date, minute: int, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(*divmod(minute, 60)), zone).astimezone(UTC)


def minute_of(moment: time) -> int:
    """The minute of the day."""
    return moment.hour * 60 + moment.minute
