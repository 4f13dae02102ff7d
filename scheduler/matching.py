"""Which obligations a visit meets. What counts is the day of the visit, not of its entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from scheduler.owed import Owed
from scheduler.subjects import Visit
from scheduler.visit_rules import VisitRule
from scheduler.windows import State, Window


@dataclass(frozen=True, slots=True)
class Match:
    """An obligation that a visit meets, and how it ends. `late_entry`: the visit was in time and
    handed in after the due day. `settled`: it was handed in when the obligation was closed for
    good, so that only a supervisor's correction may count it."""

    owed: Owed
    window: Window
    end: State
    late_entry: bool
    settled: bool


def matches(obligations: Iterable[tuple[Owed, Window]], visit: Visit) -> list[Match]:
    """Those of one subject's `obligations` that `visit` meets.

    Give those that nobody met yet. A rule that needs several visits (`at_least`) is met when so
    many of them match; where a rule carries over, a visit goes to the oldest of its periods.
    """
    found: dict[str, list[Match]] = {}
    for owed, window in sorted(obligations, key=lambda one: one[0].period.first):
        rule = owed.period.rule
        if rule.met_by(visit) and _counts(owed, window, visit.on):
            same = found.setdefault(rule.id, [])
            if not (same and rule.unsatisfied == "carry"):
                same.append(_match(owed, window, visit))
    return [one for same in found.values() for one in same]


def too_close(rule: VisitRule, earlier: date, later: date) -> bool:
    """Whether two visits, such as the last of one period and the first of the next, lie so close
    together that a supervisor should look at them."""
    return abs(later - earlier) < timedelta(days=rule.min_gap_days)


def _counts(owed: Owed, window: Window, day: date) -> bool:
    if day < window.opens_on or (owed.until is not None and day >= owed.until):
        return False
    return window.counts_until is None or day <= window.counts_until


def _match(owed: Owed, window: Window, visit: Visit) -> Match:
    in_time = visit.on <= window.due_on
    if window.due_at is not None and visit.on == window.due_on:
        in_time = visit.entered < window.due_at
    return Match(
        owed,
        window,
        end=State.DONE_ON_TIME if in_time else State.DONE_LATE,
        late_entry=in_time and visit.entered >= window.due,
        settled=window.closes is not None and visit.entered >= window.closes,
    )
