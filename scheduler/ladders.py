"""Ladders of reminders and chains of escalation: when who is told of an obligation, and how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from scheduler.calendars.working_days import WorkingDays
from scheduler.points import PointText, Reached, start_of
from scheduler.spans import SpanText
from scheduler.windows import Window, marks_of

How = Literal["digest", "alone", "urgent"]
"""In the one message a day; in a message of its own that waits for the morning and for the end of
an interview; at once, by night and in the middle of an interview too."""

WORKER: Final = "worker"
SUPERVISOR: Final = "supervisor"


class Rung(BaseModel):
    """One moment, again and again where `every` is set. `to` is ``worker`` (who owes it),
    ``supervisor`` (of the worker's area) or a role. `id` is unique in its ladder."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern="^[a-z][a-z0-9_]*$", max_length=32)
    when: PointText
    to: str = WORKER
    how: How = "digest"
    every: SpanText | None = None

    @model_validator(mode="after")
    def _stands_on_the_window(self) -> Rung:
        if self.when.base not in ("opens", "due", "overdue", "closes") or self.when.month_day:
            raise ValueError("when:wrong_base")
        return self


class Ladder(BaseModel):
    """Rungs by name, in any order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern="^[a-z][a-z0-9_]*$")
    rungs: tuple[Rung, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Ladder:
        if len({one.id for one in self.rungs}) < len(self.rungs):
            raise ValueError("rungs:twice")
        return self


@dataclass(frozen=True, slots=True)
class Moment:
    """When a rung of one obligation is due: the `n`-th time, from 0. (rung, n) is its identity."""

    rung: Rung
    n: int
    at: datetime


def moments(
    rungs: Sequence[Rung], window: Window, days: WorkingDays, zone: tzinfo, until: datetime
) -> list[Moment]:
    """The moments of `rungs` before `until`, in their order. A moment that counts in days is the
    start of the day. None lies before the obligation opens or after it is settled."""
    if window.closes is not None:
        until = min(until, window.closes)
    found = [one for rung in rungs for one in _of(rung, window, days, zone, until)]
    return sorted(found, key=lambda one: (one.at, one.rung.id))


def _of(
    rung: Rung, window: Window, days: WorkingDays, zone: tzinfo, until: datetime
) -> list[Moment]:
    marks = marks_of(window, zone)
    if rung.when.base not in marks:
        return []
    reached, n, found = rung.when.reach(marks, days, zone), 0, []
    while (at := _repeated(rung, reached, n, zone)) < until:
        if at >= window.opens:
            found.append(Moment(rung, n, at))
        n += 1
        if rung.every is None:
            break
    return found


def _repeated(rung: Rung, reached: Reached, n: int, zone: tzinfo) -> datetime:
    if n and rung.every:
        return start_of(rung.every.after(reached.day, n), zone)
    return reached.at or start_of(reached.day, zone)
