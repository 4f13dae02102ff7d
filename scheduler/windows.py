"""When an obligation opens, is due, is overdue and is settled; and its state at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from scheduler.calendars.working_days import Shift, WorkingDays
from scheduler.periods import Period
from scheduler.points import Mark, Reached, end_of, start_of
from scheduler.visit_rules import VisitRule


class State(StrEnum):
    """Where an obligation stands. The last five are ends."""

    NOT_DUE = "not_due"
    OPEN = "open"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    DONE_ON_TIME = "done_on_time"
    DONE_LATE = "done_late"
    MISSED = "missed"
    EXEMPT = "exempt"
    CANCELLED = "cancelled"


ENDS: Final = frozenset(
    (State.DONE_ON_TIME, State.DONE_LATE, State.MISSED, State.EXEMPT, State.CANCELLED)
)
"""The states in which an obligation is closed."""


@dataclass(frozen=True, slots=True)
class Window:
    """The times of one obligation. Instants are aware, in UTC: it is open from `opens`, due before
    `due`, overdue from `overdue`, and settled from `closes` on, late-entry days included (None:
    never). Days are local, both ends included: visits count from `opens_on` to `counts_until`
    (None: for ever), on time to `due_on`. `due_at` is set where the rule counts in hours.
    `provisional` if working days were counted in a year without published holidays."""

    opens: datetime
    due_soon: datetime
    due: datetime
    overdue: datetime
    closes: datetime | None
    opens_on: date
    due_on: date
    counts_until: date | None
    due_at: datetime | None
    provisional: bool


def window(
    period: Period, days: WorkingDays, zone: tzinfo, since: date | None = None
) -> Window | None:
    """The window of a period for a subject that is concerned from the day `since`; None if it came
    after the due day, or if the rule counts from a day that nobody stated."""
    rule, marks = period.rule.window, _marks(period, zone)
    try:
        opens = rule.opens.reach(marks, days, zone)
        due = _shifted(rule.due.reach(marks, days, zone), rule.shift, days)
    except KeyError:
        return None
    opens_on = max(opens.day, since or opens.day)
    if opens_on > due.day:
        return None
    marks["opens"] = Mark(opens.day, opens.at or start_of(opens.day, zone), opens.at is not None)
    marks["due"] = Mark(due.day, due.at or end_of(due.day, zone), due.at is not None)
    overdue = rule.overdue.reach(marks, days, zone)
    overdue_at = overdue.at or end_of(overdue.day, zone)
    marks["overdue"] = Mark(overdue_at.astimezone(zone).date(), overdue_at, overdue.at is not None)
    until = rule.closes.reach(marks, days, zone) if rule.closes else None
    counts_until = max(until.day, due.day, period.last) if until else None
    return Window(
        opens=max(marks["opens"].at, start_of(opens_on, zone)),
        due_soon=start_of(due.day - timedelta(days=rule.due_soon_days), zone),
        due=marks["due"].at,
        overdue=overdue_at,
        closes=_settled(period.rule, counts_until, overdue_at, zone),
        opens_on=opens_on,
        due_on=due.day,
        counts_until=counts_until,
        due_at=due.at,
        provisional=not all(one.official for one in (opens, due, overdue, until) if one),
    )


def _shifted(due: Reached, shift: Shift, days: WorkingDays) -> Reached:
    if due.at is not None:
        return due
    moved = days.shift(due.day, shift)
    return Reached(moved.day, None, due.official and moved.official)


def _settled(
    rule: VisitRule, counts_until: date | None, overdue: datetime, zone: tzinfo
) -> datetime | None:
    """Late entry is waited for before anything is called missed."""
    if counts_until is None:
        return None
    return max(overdue, end_of(counts_until + timedelta(days=rule.late_entry_days), zone))


def state(window: Window, now: datetime, end: State | None = None) -> State:
    """The state at `now`. `end` is how the obligation was closed, if it was; one that nobody closed
    is missed from the moment at which it is settled."""
    if end is not None:
        return end
    if window.closes is not None and now >= window.closes:
        return State.MISSED
    if now >= window.overdue:
        return State.OVERDUE
    if now < window.opens:
        return State.NOT_DUE
    return State.DUE_SOON if now >= window.due_soon else State.OPEN


def marks_of(window: Window, zone: tzinfo) -> dict[str, Mark]:
    """The marks on which the rungs of a ladder stand. `overdue` and `closes` are the first days of
    what they name."""
    marks = {
        "opens": Mark(window.opens_on, window.opens, exact=True),
        "due": Mark(window.due_on, window.due, window.due_at is not None),
        "overdue": _instant(window.overdue, zone),
    }
    if window.closes is not None:
        marks["closes"] = _instant(window.closes, zone)
    return marks


def _instant(at: datetime, zone: tzinfo) -> Mark:
    return Mark(at.astimezone(zone).date(), at, exact=True)


def _marks(period: Period, zone: tzinfo) -> dict[str, Mark]:
    begins = start_of(period.first, zone)
    marks = {
        "start": Mark(period.first, begins),
        "end": Mark(period.last, end_of(period.last, zone)),
        "event": Mark(period.first, period.began or begins, period.began is not None),
    }
    if period.stated:
        marks["stated"] = Mark(period.stated, end_of(period.stated, zone))
    return marks
