"""Until when a resident who wants something corrected or deleted is to be answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from handlers.turn import House
from storage.resident_requests import RequestKind

TERM: Final = 15
"""Working days, where nobody has promised fewer: 《App违法违规收集使用个人信息行为认定方法》
(国信办秘字〔2019〕191号, 28 November 2019), part 六, by which authorities judge apps. The Personal
Information Protection Law, Art. 46, 47 and 50, wants it done in time and sets no number."""

NEAR: Final = 3
"""So many working days before the end of the term it is told as near."""

SOONEST: Final = timedelta(days=TERM - NEAR)
"""What was asked later than so long ago is not near the end of its term yet: a working day takes a
day at least."""

_KINDS: Final[frozenset[RequestKind]] = frozenset({"mistake", "deletion"})


@dataclass(frozen=True, slots=True)
class Terms:
    """How many requests are near the end of their term, and how many beyond it."""

    near: int = 0
    over: int = 0


NONE: Final = Terms()


def due_day(house: House, kind: RequestKind, asked_at: datetime) -> date | None:
    """The last day to answer; None for what has no term. It is reckoned anew each time, so a
    calendar that is published later counts."""
    return _after(house, asked_at, TERM) if kind in _KINDS else None


def terms(house: House, asked: Iterable[datetime], today: date) -> Terms:
    """Where requests that have a term stand today, by the moments when they were asked."""
    over = near = 0
    for at in asked:
        if _after(house, at, TERM) < today:
            over += 1
        elif _after(house, at, TERM - NEAR) <= today:
            near += 1
    return Terms(near, over)


def _after(house: House, asked_at: datetime, n: int) -> date:
    from scheduler.calendars import WorkingDays  # its tables are read when first wanted

    days = house.ground().days if house.ground else WorkingDays.china()
    return days.add(asked_at.astimezone(house.zone).date(), n).day
