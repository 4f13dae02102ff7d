"""Into which periods a rule divides time, for everybody or for one subject.

A period is named by its key, and (rule, subject, key) is the identity of an obligation: computing
it again, over any range, gives the same periods. Those of the calendar follow each other without
gap or overlap. Those that hang on a day begin on the day after it: the day itself, on which
somebody was visited or born, belongs to what was before. Only an event's own day is in its period.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, cycle, repeat
from typing import Final

from scheduler.anchors import CalendarAnchor, DateAnchor, EventAnchor, FestivalAnchor, Step
from scheduler.calendars import festival
from scheduler.events import events_of
from scheduler.lines import Line, opening
from scheduler.spans import Span, add_months
from scheduler.subjects import Event, Subject
from scheduler.tiles import tile
from scheduler.visit_rules import VisitRule

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """One period of a rule, both ends included. `met` is the day that ended it early, where a visit
    or a new date begins the next one; `began` and `stated` come from the event it hangs on."""

    rule: VisitRule
    key: str
    first: date
    last: date
    met: date | None = None
    began: datetime | None = None
    stated: date | None = None


def calendar_periods(line: Line, first: date, last: date) -> list[Period]:
    """The periods from `first` to `last`, both included, that are the same for all subjects: those
    of the calendar and of festivals. A rule that is switched off has none."""
    return [one for rule, begins in line.terms for one in _common(rule, begins, first, last)]


def subject_periods(
    rule: VisitRule, subject: Subject, *, begins: date, came: date, first: date, last: date
) -> list[Period]:
    """The periods of one version for `subject` from `first` to `last`, whatever they hang on, and
    those before that still wait for their visit.

    `begins` is where the line has the version begin. `came` is the day on which the subject came
    into its population: rules that count from the last visit count from there at first.
    """
    if not rule.on:
        return []
    common = _common(rule, begins, first, last)
    own = _anchored(rule, subject, came, last)
    return [*common, *(one for one in own if _reaches(one, first) and rule.holds(one.first))]


def _common(rule: VisitRule, begins: date, first: date, last: date) -> Iterator[Period]:
    if not rule.on:
        return
    if isinstance(rule.anchor, CalendarAnchor):
        yield from _tiled(rule, begins, first, last)
    elif isinstance(rule.anchor, FestivalAnchor):
        yield from _festive(rule, rule.anchor, first, last)


def _reaches(period: Period, first: date) -> bool:
    """Whether it goes on to `first`. One that waits for its visit goes on until then."""
    if period.rule.unsatisfied == "missed":
        return period.last >= first
    return period.met is None or period.met >= first


# --- the calendar ---------------------------------------------------------------------------------


def _tiled(rule: VisitRule, begins: date, first: date, last: date) -> Iterator[Period]:
    assert rule.every is not None
    head = opening(rule, begins)
    day = max(begins, first)
    while day <= last:
        at = head if day <= head.last else tile(rule.every, day)
        starts = begins if at == head else at.first
        if not rule.holds(starts):
            return
        yield Period(rule, at.key, starts, at.last)
        day = at.last + _DAY


def _festive(rule: VisitRule, anchor: FestivalAnchor, first: date, last: date) -> Iterator[Period]:
    for year in range(first.year, last.year + 1):
        for name in anchor.festivals:
            day = festival(name, year)
            if day and first <= day <= last and rule.holds(day):
                yield Period(rule, f"{name}-{year}", day, day)


# --- what a subject brings ------------------------------------------------------------------------


def _anchored(rule: VisitRule, subject: Subject, came: date, last: date) -> Iterator[Period]:
    anchor = rule.anchor
    if isinstance(anchor, EventAnchor):
        for event in events_of(subject, anchor.events):
            yield from _eventful(rule, event, last)
    elif isinstance(anchor, DateAnchor):
        yield from _chained(rule, subject.dates_of(anchor.date), last)
    elif anchor.kind == "last":
        visited = sorted({one.on for one in subject.visits if one.on >= came and rule.met_by(one)})
        yield from _chained(rule, [came - _DAY, *visited], last)


def _eventful(rule: VisitRule, event: Event, last: date) -> Iterator[Period]:
    """One period if the rule has no recurrence: its window tells how long it is."""
    if not (rule.every or rule.steps):
        if event.on <= last:
            yield Period(rule, event.key, event.on, event.on, None, event.at, event.stated)
        return
    starts = event.on
    for number, ends in enumerate(boundaries(rule, event.on), 1):
        if starts > last:
            return
        yield Period(rule, f"{event.key}/{number}", starts, ends, None, event.at, event.stated)
        starts = ends + _DAY


def _chained(rule: VisitRule, days: Sequence[date], last: date) -> Iterator[Period]:
    """Periods after each of `days`, in order; the next of them ends a period early."""
    for day, following in zip(days, chain(days[1:], repeat(None)), strict=False):
        starts = day + _DAY
        for ends in _outstanding(rule, day):
            if starts > last or (following and starts > following):
                break
            met = following if following and following <= ends else None
            late = following if rule.unsatisfied != "missed" else None
            yield Period(rule, starts.isoformat(), starts, ends, met or late)
            starts = ends + _DAY


def _outstanding(rule: VisitRule, day: date) -> Iterable[date]:
    """The ends of the periods after `day`. One that waits for its visit is not followed by another
    before that visit, if periods count from the last one."""
    ends = boundaries(rule, day)
    if rule.anchor.kind == "last" and rule.unsatisfied != "missed":
        return [next(ends)]
    return ends


def boundaries(rule: VisitRule, day: date) -> Iterator[date]:
    """The last days of the periods after `day`, rising, each counted from `day` itself."""
    months = days = 0
    for span in _spans(rule):
        months, days = months + span.months, days + span.days
        yield add_months(day, months, rule.month_end) + timedelta(days=days)


def _spans(rule: VisitRule) -> Iterator[Span]:
    if rule.every:
        return repeat(rule.every)
    once = list(chain.from_iterable(_repeated(step) for step in rule.steps))
    match rule.after_steps:
        case "repeat_last":
            return chain(once, repeat(once[-1]))
        case "cycle":
            return cycle(once)
    return iter(once)


def _repeated(step: Step) -> Iterator[Span]:
    return repeat(step.span, step.times)
