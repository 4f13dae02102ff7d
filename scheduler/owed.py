"""What a subject owes, or is owed: the periods of the rules whose population it is in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from scheduler.anchors import CalendarAnchor, EventAnchor
from scheduler.lines import Line
from scheduler.periods import Period, subject_periods
from scheduler.population import Membership, memberships
from scheduler.subjects import Subject
from scheduler.visit_rules import VisitRule

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Owed:
    """A period of a subject. `since` is the first day in it on which the subject is in the rule's
    population. `until` is the first day on which it no longer is, known before it comes where age
    decides: what is open when it comes is cancelled."""

    period: Period
    since: date
    until: date | None


def owed(line: Line, subject: Subject, first: date, last: date) -> list[Owed]:
    """What `line` asks of or for `subject` in the periods that touch `first` to `last`.

    Who comes new in the last days of a period (`newcomer_days`) is due in the next one. Who had
    another class before, and changes it, is due in this one.
    """
    found: dict[str, Owed] = {}
    for rule, begins in line.terms:
        if not rule.on or rule.population.subject != subject.kind or begins > last:
            continue
        for stay in memberships(rule.population, subject, line.region, line.carved):
            for period in subject_periods(
                rule, subject, begins=begins, came=stay.since, first=first, last=last
            ):
                one = _of_event(period, stay) if _single(rule) else _within(period, stay)
                if one is not None:
                    found[period.key] = one  # the last stay in the population decides
    return list(found.values())


def owed_by_all(lines: Sequence[Line], subject: Subject, first: date, last: date) -> list[Owed]:
    """What all `lines` ask, each obligation once: where a subject moved to a region with rules of
    its own, those count that hold for it longest."""
    found: dict[tuple[str, str], Owed] = {}
    for line in lines:
        for one in owed(line, subject, first, last):
            identity = (line.id, one.period.key)
            other = found.get(identity)
            if other is None or (other.until or date.max) <= (one.until or date.max):
                found[identity] = one
    return list(found.values())


def _single(rule: VisitRule) -> bool:
    """Whether its period is the one day of an event."""
    return isinstance(rule.anchor, EventAnchor) and not (rule.every or rule.steps)


def _of_event(period: Period, stay: Membership) -> Owed | None:
    """An event concerns those who are in the population on its day, and those whom it takes out."""
    day = period.first
    if stay.since <= day and (stay.until is None or day < stay.until):
        return Owed(period, day, stay.until)
    return Owed(period, day, None) if stay.since < day == stay.until else None


def _within(period: Period, stay: Membership) -> Owed | None:
    since = max(stay.since, period.first)
    if since > period.last or (stay.until is not None and stay.until <= period.first):
        return None
    if _newcomer(period, stay):
        return None
    leaves = stay.until
    if leaves and period.rule.unsatisfied == "missed" and leaves > period.last:
        leaves = None
    return Owed(period, since, leaves)


def _newcomer(period: Period, stay: Membership) -> bool:
    if not isinstance(period.rule.anchor, CalendarAnchor) or stay.moved:
        return False
    days_left = period.last - stay.since + _DAY
    return stay.since > period.first and days_left <= timedelta(period.rule.newcomer_days)
