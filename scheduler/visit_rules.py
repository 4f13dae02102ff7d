"""A visit rule, as it stands in a rule file. Every part is data, checked when it is read.

`docs/rules.md` explains the fields to those who write rules; `rulebook` reads the files.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from scheduler.anchors import Anchor, Recurrence
from scheduler.calendars.working_days import Shift
from scheduler.points import Point, PointText
from scheduler.population import Population
from scheduler.subjects import Visit
from scheduler.titles import Titles, Words

Kind = Literal["visit", "quota", "share", "report"]
"""One obligation a subject; at least so many visits by a worker; a share of the people of an area;
one record from an office for its area."""

Status = Literal["S", "O", "C", "G", "M", "I"]
"""Where it was read: a document of the field, a statute, an official text in copy, public code, or
nowhere yet (general knowledge); or our own convention."""

Scope = Literal["national", "local", "convention"]
Unsatisfied = Literal["missed", "merge", "carry"]
"""What becomes of a period without a visit: it closes as missed; it stays overdue and the next
visit, which counts for its own period too, ends it; it stays overdue until one is its own."""

_BESIDE: Final = (
    *("titles", "note", "source", "clause", "status", "scope", "on"),
    *("ladder", "escalation", "limits", "target"),
)
"""Fields that change nothing of what is owed when, and by what it is met."""


def _closes(value: Any) -> Any:
    return None if value == "never" else value


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WindowRule(_Part):
    """When an obligation opens, is due and is overdue, and the last day on which a visit still
    counts (`closes`; None is never). `shift` moves a due day that is not worked on."""

    opens: PointText = Point("start")
    due: PointText = Point("end")
    overdue: PointText = Point("due")
    closes: Annotated[PointText | None, BeforeValidator(_closes)] = Point("due")
    shift: Shift = "none"
    due_soon_days: int = Field(default=7, ge=0, le=366)

    @model_validator(mode="after")
    def _one_after_the_other(self) -> WindowRule:
        """Each point stands on what was computed before it."""
        known = {"start", "end", "event", "stated"}
        for name in ("opens", "due", "overdue", "closes"):
            point: Point | None = getattr(self, name)
            if point is not None and point.base not in known:
                raise ValueError(f"{name}:wrong_base")
            known.add(name)
        return self


class Satisfier(_Part):
    """A submission that satisfies: its form, and, where they are named, one of the roles, one of
    the modes, one of the outcomes, and for each question one of the answers (none named: any)."""

    form: str = Field(min_length=1)
    roles: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    answers: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    def accepts(self, visit: Visit) -> bool:
        """Whether `visit` is such a submission."""
        return (
            visit.form == self.form
            and (not self.roles or visit.role in self.roles)
            and (not self.modes or visit.mode in self.modes)
            and (not self.outcomes or visit.outcome in self.outcomes)
            and all(_answered(visit, *wanted) for wanted in self.answers.items())
        )


def _answered(visit: Visit, question: str, wanted: tuple[str, ...]) -> bool:
    given = visit.answers.get(question, "").split()
    return bool(given) and (not wanted or not set(given).isdisjoint(wanted))


class Limits(_Part):
    """How far a worker may put an obligation off, and for which reasons it may be lifted."""

    snooze_days: int = Field(default=3, ge=0, le=31)
    snooze_times: int = Field(default=2, ge=0, le=10)
    reschedule_days: int = Field(default=14, ge=0, le=366)
    exempt: tuple[str, ...] = ("hospital", "away", "refused", "other_agency", "disaster", "other")


class VisitRule(Recurrence):
    """One version of a rule. `who` is the role that owes it, `helped_by` the roles whose visits
    count as well. A rule holds for the periods that begin in its validity, both ends included."""

    id: str = Field(pattern=r"^[A-Z][A-Z0-9]*(\.[a-z0-9_]+)?$", max_length=40)
    version: int = Field(ge=1)
    titles: Titles
    note: Words | None = None  # what to look at, or what stands in for what
    source: str = Field(min_length=1)
    clause: str = ""
    status: Status
    scope: Scope
    on: bool
    region: str = Field(default="", pattern=r"^(\d\d){0,3}(\d{3}){0,3}$")
    valid_from: date
    valid_to: date | None = None
    kind: Kind = "visit"
    population: Population
    of: Population | None = None
    share: float | None = Field(default=None, gt=0, le=1)
    at_least: int = Field(default=1, ge=1)
    who: str
    helped_by: tuple[str, ...] = ()
    anchor: Annotated[Anchor, Field(discriminator="kind")]
    window: WindowRule = WindowRule()
    satisfied_by: tuple[Satisfier, ...] = Field(min_length=1)
    late_entry_days: int = Field(default=7, ge=0, le=92)
    unsatisfied: Unsatisfied = "missed"
    newcomer_days: int = Field(default=7, ge=0, le=92)
    min_gap_days: int = Field(default=7, ge=0, le=92)
    target: float | None = Field(default=None, gt=0, le=1)
    ladder: str = "ordinary"
    escalation: str | None = None
    limits: Limits = Limits()

    @property
    def row(self) -> str:
        """The duty it belongs to: rules of one duty share what stands before the dot."""
        return self.id.partition(".")[0]

    @property
    def fingerprint(self) -> str:
        """16 hex digits that change with whatever decides what is owed, when and by what it is met;
        not with words, sources, switches or reminders."""
        body = self.model_dump_json(exclude=set(_BESIDE))
        return hashlib.sha256(body.encode()).hexdigest()[:16]

    def holds(self, day: date) -> bool:
        """Whether periods that begin on `day` are its own."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def met_by(self, visit: Visit) -> bool:
        """Whether `visit` satisfies it by its form, mode, outcome, answers and role. A visit counts
        whose role nobody told."""
        if visit.role is not None and visit.role not in (self.who, *self.helped_by):
            return False
        return any(one.accepts(visit) for one in self.satisfied_by)

    @model_validator(mode="after")
    def _fits_together(self) -> VisitRule:
        if fault := self._fault():
            raise ValueError(fault)
        return self

    def _fault(self) -> str | None:
        """``field:code`` of what does not fit together."""
        if self.valid_to is not None and self.valid_to < self.valid_from:
            return "valid_to:before_valid_from"
        if (self.of is None) != (self.kind != "share") or (self.share is None) != (self.of is None):
            return "share:share_needs_of"
        subjects = {"quota": ("worker",), "share": ("area",), "report": ("area",)}
        if self.population.subject not in subjects.get(self.kind, ("person", "household")):
            return "population.subject:wrong_for_kind"
        if self.unsatisfied == "missed" and self.window.closes is None:
            return "window.closes:missed_needs_closes"
        return self.recurrence_fault(self.anchor)
