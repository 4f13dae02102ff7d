"""What a worker owes, as data: one obligation with what a list may show, and the order of lists.

There is a code and a surname in it, never a name. It is filled from the obligations, travels as
JSON in the outbox, and is rendered at delivery.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from functools import cached_property
from itertools import groupby
from typing import Generic, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from handlers.soon import MONTH, WEEK
from scheduler.population import SubjectKind
from scheduler.titles import Titles

Span = Literal["today", "week", "month"]
By = Literal["household", "person"]


class Duty(BaseModel):
    """One open obligation of a worker, by the `id` of its row. `code` and `surname` are the
    subject's (the surname is that of the head for a household), `home` and `home_surname` those of
    the household in which a person lives; a worker's or an area's own duty has none. `place` is the
    name of the area that an area's duty is about.

    Days are local. `due_at` is set where the rule counts in hours, `overdue_at` is the first moment
    at which it is overdue. Of `wanted` visits `done` are made. `form` is what to fill in, '' where
    there is none; `snoozes` is how often it may still be put off. It is put off already to the day
    `hidden_until`; `asked` is what of it waits for a supervisor.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: int = Field(ge=0, lt=2**63)
    rule: str = Field(max_length=40)
    titles: Titles
    kind: SubjectKind
    code: str = Field(default="", max_length=16)
    surname: str = Field(default="", max_length=16)
    home: str = Field(default="", max_length=16)
    home_surname: str = Field(default="", max_length=16)
    place: str = Field(default="", max_length=16)
    opens_on: date
    due_on: date
    due_at: AwareDatetime | None = None
    overdue_at: AwareDatetime
    provisional: bool = False
    done: int = Field(default=0, ge=0, lt=10**6)
    wanted: int = Field(default=1, ge=1, lt=10**6)
    form: str = Field(default="", max_length=128)
    snoozes: int = Field(default=0, ge=0)
    hidden_until: date | None = None
    asked: Literal["", "exempt", "reschedule"] = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """What of a `Duty` says where it stands in a list."""

    id: int
    rule: str
    kind: str
    code: str
    home: str
    due_on: date
    due_at: datetime | None
    overdue_at: datetime
    hidden_until: date | None


Listed = TypeVar("Listed", Duty, Brief)


class Section(StrEnum):
    """Where a duty stands in a list, in this order."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    LATER = "later"


@dataclass(frozen=True)
class Moment:
    """A moment, and the zone in which it is read."""

    now: datetime
    zone: tzinfo

    @cached_property
    def today(self) -> date:
        """Its day."""
        return self.now.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Entry(Generic[Listed]):
    """A duty in its place: the `number` under which it is shown, from 1; in the group of a
    household or a person by its `code`, '' for what belongs to nobody else."""

    number: int
    duty: Listed
    section: Section
    group: str


def section(duty: Duty | Brief, at: Moment) -> Section:
    """Where a duty stands at a moment. What is due and has a day of grace left is for today."""
    if at.now >= duty.overdue_at:
        return Section.OVERDUE
    if duty.due_on <= at.today:
        return Section.TODAY
    return Section.WEEK if duty.due_on <= at.today + WEEK else Section.LATER


def within(duties: Iterable[Listed], span: Span, at: Moment) -> list[Listed]:
    """Those that are overdue or due in a span from today on. What is put off is not for today."""
    last = at.today + {"today": timedelta(), "week": WEEK, "month": MONTH}[span]
    some = [one for one in duties if one.due_on <= last or at.now >= one.overdue_at]
    return [one for one in some if span != "today" or one.hidden_until is None]


def span_for(duties: Iterable[Listed], at: Moment) -> Span:
    """The span of a list that nobody chose: a week, or a month if nothing is due within one."""
    return "week" if within(duties, "week", at) else "month"


def in_order(duties: Sequence[Listed], by: By, at: Moment) -> list[Entry[Listed]]:
    """All of them, numbered: by section; in it by household or person, whoever is due first before
    the others; in a group what is due first."""
    first: dict[tuple[Section, str], tuple[date, float]] = {}
    rank: dict[Section, int] = {where: n for n, where in enumerate(Section)}
    placed = [(section(one, at), _group(one, by), _due(one), one) for one in duties]
    for where, group, due, _ in placed:
        first[where, group] = min(due, first.get((where, group), due))
    placed.sort(
        key=lambda one: (
            *(rank[one[0]], first[one[0], one[1]], one[1], one[2]),
            *(one[3].code, one[3].rule, one[3].id),
        )
    )
    return [Entry(n, duty, where, group) for n, (where, group, _, duty) in enumerate(placed, 1)]


def sections(entries: Iterable[Entry[Listed]]) -> list[tuple[Section, list[Entry[Listed]]]]:
    """Entries in order, by section."""
    return [(where, list(some)) for where, some in groupby(entries, lambda one: one.section)]


def groups(entries: Iterable[Entry[Listed]]) -> list[tuple[str, list[Entry[Listed]]]]:
    """Entries of one section in order, by group."""
    return [(group, list(some)) for group, some in groupby(entries, lambda one: one.group)]


def _group(duty: Duty | Brief, by: By) -> str:
    if by == "household" and duty.home:
        return duty.home
    return duty.code if duty.kind in ("person", "household") else ""


def _due(duty: Duty | Brief) -> tuple[date, float]:
    """The day, and within it the hour: what is due at an hour goes before what is due that day."""
    return duty.due_on, duty.due_at.timestamp() if duty.due_at else float("inf")
