"""What rules are computed from: the facts of one subject, dated.

A day is a `date` in the deployment's zone. `since` is the first day of something, and `until` the
first day on which it no longer holds; None is until further notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Protocol


class Dated(Protocol):
    """Something that holds from a day to a day."""

    @property
    def since(self) -> date: ...

    @property
    def until(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Spell:
    """A tag or a tier, while it holds."""

    name: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """Where a subject lives, or which area a worker serves, by division code."""

    area: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `key` tells it from all others, for ever; `at` is known where a rule
    counts in hours; `stated` is a deadline that was set with it."""

    name: str
    key: str
    on: date
    at: datetime | None = None
    stated: date | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """A submission as rules see it. `on` is the day of the visit, `entered` when it was handed in,
    `role` who did; `answers` by question name, choices of a select_multiple with spaces between."""

    form: str
    on: date
    entered: datetime
    mode: str | None = None
    outcome: str | None = None
    role: str | None = None
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)  # without slots: the days of its changes are kept
class Subject:
    """A person, a household, a worker or an area. `dates` are its named days, each of them sorted;
    `left_on` is the first day after a confirmed death or moving away."""

    kind: str
    stays: tuple[Stay, ...]
    tags: tuple[Spell, ...] = ()
    tiers: tuple[Spell, ...] = ()
    birth_date: date | None = None
    dates: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    visits: tuple[Visit, ...] = ()
    role: str | None = None
    members: tuple[Subject, ...] = ()
    left_on: date | None = None

    def area(self, day: date) -> str | None:
        """Where it is on `day`."""
        return next((stay.area for stay in self.stays if holds(stay, day)), None)

    def listed(self, day: date) -> bool:
        """Whether it is in the register on `day`."""
        gone = self.left_on is not None and day >= self.left_on
        return not gone and self.area(day) is not None

    def dates_of(self, name: str) -> tuple[date, ...]:
        """Its days of a name, the earliest first; ``birth_date`` is one of them."""
        if name == "birth_date":
            return (self.birth_date,) if self.birth_date else ()
        return self.dates.get(name, ())

    def classes(self, day: date) -> frozenset[str]:
        """The tags and tiers in force on `day`."""
        return in_force(self.tags, day) | in_force(self.tiers, day)

    @cached_property
    def changes(self) -> frozenset[date]:
        """The days on which something of it, or of its members, begins or ends."""
        dated: list[Dated] = [*self.stays, *self.tags, *self.tiers]
        days = {day for one in dated for day in (one.since, one.until) if day}
        left = {self.left_on} if self.left_on else set()
        return frozenset(days.union(left, *(member.changes for member in self.members)))


def holds(one: Dated, day: date) -> bool:
    """Whether `one` is in force on `day`."""
    return one.since <= day and (one.until is None or day < one.until)


def in_force(spells: Iterable[Spell], day: date) -> frozenset[str]:
    """The names of the spells that hold on `day`."""
    return frozenset(spell.name for spell in spells if holds(spell, day))
