"""Tries the windows of a rule out on some years, to find those that nobody could keep."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from typing import Final

from scheduler.anchors import CalendarAnchor, EventAnchor, FestivalAnchor
from scheduler.calendars.working_days import WorkingDays
from scheduler.lines import Line
from scheduler.periods import Period, boundaries, calendar_periods
from scheduler.visit_rules import VisitRule
from scheduler.windows import Window, window

_FIRST: Final = date(2024, 1, 1)  # a leap year, and the two after it: every shape that months have
_LAST: Final = date(2026, 12, 31)
_ANCHORS: Final = (date(2024, 1, 31), date(2024, 2, 29), date(2025, 10, 1))
_PERIODS: Final = 12


def impossible(rule: VisitRule) -> list[tuple[str, str]]:
    """(field, code) of each window that can't be kept; the first one of its kind."""
    days = WorkingDays.china()
    windows = [window(period, days, UTC) for period in _periods(rule)]
    if not all(windows):
        return [("window.due", "due_before_opens")]
    kept = [one for one in windows if one]
    if any(one.overdue < one.due for one in kept):
        return [("window.overdue", "overdue_before_due")]
    if isinstance(rule.anchor, CalendarAnchor) and rule.unsatisfied == "missed" and _mixed(kept):
        return [("window.closes", "overlap_needs_merge")]
    return []


def _mixed(windows: list[Window]) -> bool:
    """Whether a visit may count for two periods, so that the rule has to say for which."""
    return any(
        one.counts_until is not None and one.counts_until >= following.opens_on
        for one, following in pairwise(windows)
    )


def _periods(rule: VisitRule) -> Iterator[Period]:
    if isinstance(rule.anchor, CalendarAnchor | FestivalAnchor):
        always = rule.model_copy(
            update={"valid_from": _FIRST, "valid_to": None, "on": True, "region": ""}
        )
        yield from calendar_periods(Line((always,)), _FIRST, _LAST)
        return
    for day in _ANCHORS:
        if isinstance(rule.anchor, EventAnchor) and not (rule.every or rule.steps):
            at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
            yield Period(rule, "", day, day, None, at, day + timedelta(days=30))
            continue
        starts = day
        for ends in islice(boundaries(rule, day), _PERIODS):
            yield Period(rule, "", starts + timedelta(days=1), ends)
            starts = ends
