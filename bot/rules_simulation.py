"""What rules would ask of a register in a stretch of time: obligations, and messages about them.

It is reckoned with the same rules, periods and windows as the obligations themselves, and nothing
is written. Nobody has visited anybody in it: what ends a period is its calendar.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from bot.rules_staff import Member, Staff
from scheduler.calendars import WorkingDays
from scheduler.ladders import Moment, moments
from scheduler.lines import Line
from scheduler.owed import Owed, owed
from scheduler.points import Point, end_of
from scheduler.rulebook import Rulebook
from scheduler.spans import Span
from scheduler.subjects import Subject
from scheduler.tiles import tile
from scheduler.visit_rules import VisitRule
from scheduler.windows import Window, window

_WEEK: Final = Span(days=7)
_SHIFTED: Final = timedelta(days=14)  # how far a holiday may move a due day
_LONGEST: Final = {"minute": 1, "hour": 1, "day": 1, "working day": 3, "week": 7, "month": 31}
_MONTHS: Final = {"quarter": 3, "half-year": 6, "year": 12}


@dataclass(slots=True)
class Tally:
    """What was counted. A worker is named by code, '' is nobody; weeks run from Monday, as
    ``2026W47``. A digest is one a person and day."""

    by_rule: Counter[str] = field(default_factory=Counter)
    by_worker: Counter[tuple[str, str]] = field(default_factory=Counter)  # worker, week
    alone: Counter[str] = field(default_factory=Counter)  # in_time | never
    digests: dict[str, set[tuple[str, date]]] = field(
        default_factory=lambda: {"in_time": set(), "never": set()}
    )

    @property
    def total(self) -> int:
        """How many obligations."""
        return self.by_rule.total()

    def messages(self, how: str) -> int:
        """How many messages if visits are made ``in_time``, or ``never``."""
        return self.alone[how] + len(self.digests[how])

    def add(self, other: Tally) -> None:
        """Take in what another one counted."""
        self.by_rule += other.by_rule
        self.by_worker += other.by_worker
        self.alone += other.alone
        for how, found in other.digests.items():
            self.digests[how] |= found


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days that are tried out, both ends included, with the calendar and zone in which they
    are counted."""

    first: date
    last: date
    days: WorkingDays
    zone: tzinfo

    @property
    def end(self) -> datetime:
        """The first instant after it."""
        return end_of(self.last, self.zone)


class Simulation:
    """Counts what some lines of a rulebook ask. `take` it every subject once."""

    def __init__(
        self, book: Rulebook, lines: Sequence[Line], staff: Staff, stretch: Stretch
    ) -> None:
        self.tally = Tally()
        self._book = book
        self._staff = staff
        self._stretch = stretch
        self._lines = [(one, reach(one)) for one in lines if any(rule.on for rule in one.versions)]
        self._made: dict[tuple[object, ...], tuple[Window | None, list[Moment]]] = {}

    def take(self, subject: Subject, number: int, code: str = "") -> None:
        """Count what is owed to or by a subject; `number` is its id, `code` that of a worker."""
        for line, margin in self._lines:
            if not _may_concern(line, subject):
                continue
            first, last = self._stretch.first - margin, self._stretch.last + margin
            for one in owed(line, subject, first, last):
                self._count(one, subject, number, code)

    def _count(self, one: Owed, subject: Subject, number: int, code: str) -> None:
        made, told = self._window(one)
        if made is None or (one.until and one.until <= made.due_on):
            return  # who leaves before it is due, owes nothing any more
        rule, area = one.period.rule, subject.area(made.due_on) or subject.area(one.since) or ""
        owner = (
            Member(code, subject.role or "", area)
            if subject.kind == "worker"
            else self._staff.owner(rule.who, area, number)
        )
        if self._stretch.first <= made.due_on <= self._stretch.last:
            self.tally.by_rule[rule.id] += 1
            self.tally.by_worker[owner.code if owner else "", tile(_WEEK, made.due_on).key] += 1
        for moment in told:
            reader = self._staff.reader(moment.rung.to, owner, area)
            if reader is not None:
                self._tell(reader, moment, made)

    def _tell(self, reader: Member, moment: Moment, made: Window) -> None:
        day = moment.at.astimezone(self._stretch.zone).date()
        for how in ("in_time", "never") if moment.at < made.due else ("never",):
            if moment.rung.how == "digest":
                self.tally.digests[how].add((reader.code, day))
            else:
                self.tally.alone[how] += 1

    def _window(self, one: Owed) -> tuple[Window | None, list[Moment]]:
        """The window of an obligation, and its moments within the stretch. Those who are concerned
        from the beginning of the same period have the same."""
        period, rule = one.period, one.period.rule
        since = one.since if one.since > period.first else None
        days = (period.first, period.last, period.began, period.stated, since)
        key = (rule.id, rule.version, rule.region, *days)
        if key not in self._made:
            made = window(period, self._stretch.days, self._stretch.zone, since)
            self._made[key] = (made, self._moments(rule, made) if made else [])
        return self._made[key]

    def _moments(self, rule: VisitRule, made: Window) -> list[Moment]:
        chain = self._book.escalations[rule.escalation].rungs if rule.escalation else ()
        stretch = self._stretch
        found = moments(
            (*self._book.ladders[rule.ladder].rungs, *chain),
            made,
            stretch.days,
            stretch.zone,
            stretch.end,
        )
        return [one for one in found if one.at.astimezone(stretch.zone).date() >= stretch.first]


def reach(line: Line) -> timedelta:
    """How far, at most, what is due lies from the period that it is due for."""
    return _SHIFTED + max(
        _distance(rule.window.opens) + _distance(rule.window.due) for rule in line.versions
    )


def _distance(point: Point) -> timedelta:
    if point.month_day:
        return timedelta(days=366)
    longest = _LONGEST.get(point.unit) or 31 * _MONTHS[point.unit]
    return timedelta(days=abs(point.amount) * longest)


def _may_concern(line: Line, subject: Subject) -> bool:
    """Whether one of its versions is about such a subject: quickly, to ask the rest in earnest."""
    if subject.kind == "household":
        return any(one.population.subject == "household" for one in line.versions)
    tags = {spell.name for spell in (*subject.tags, *subject.tiers)}
    for rule in line.versions:
        wanted = rule.population
        if wanted.subject != subject.kind:
            continue
        chosen = {*wanted.any_tags, *wanted.any_tiers}
        if (not chosen or chosen & tags) and tags.issuperset(wanted.all_tags):
            return True
    return False
