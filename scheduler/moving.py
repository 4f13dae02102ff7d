"""A duty whose due day was moved: what its window becomes, for as long as it is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta, tzinfo

from scheduler.points import end_of
from scheduler.visit_rules import VisitRule
from storage.obligations_opening import Terms


def moved(terms: Terms, day: date | None, zone: tzinfo) -> Terms:
    """`terms` with `day` as the due day; as they are without one, or if it is no later. What counts
    as late comes later by as much; until when a visit counts stays, for that is the rule's."""
    if day is None or day <= terms.due_on:
        return terms
    due = end_of(day, zone)
    by = due - terms.due
    overdue = terms.overdue + by
    return replace(
        terms,
        due_on=day,
        due=due,
        due_soon=terms.due_soon + by,
        overdue=overdue,
        closes=max(terms.closes, overdue) if terms.closes is not None else None,
    )


def latest(rule: VisitRule, due_on: date, counts_until: date | None) -> date:
    """The last day to which a duty of `rule` may be moved: within the rule's limit after its due
    day, and only while a visit still counts for it."""
    last = due_on + timedelta(days=rule.limits.reschedule_days)
    return min(last, counts_until) if counts_until is not None else last
