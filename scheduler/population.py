"""Whom a rule concerns, as data, and the days on which a subject is one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from scheduler.spans import birthday
from scheduler.subjects import Subject, in_force

SubjectKind = Literal["person", "household", "worker", "area"]
Level = Literal["county", "township", "village", "grid"]

LEVELS: Final[dict[Level, int]] = {"county": 6, "township": 9, "village": 12, "grid": 15}
"""How long the division code of an area of each level is."""

_DAY: Final = timedelta(days=1)


class Population(BaseModel):
    """Whom a rule concerns. Tags and tiers: at least one of `any_*` where any are named, each of
    `all_tags`, none of `no_*`. Ages are full years, 29 February counted from 1 March; both ends
    belong to it. A household belongs to it when one of its active members does."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: SubjectKind = "person"
    any_tags: tuple[str, ...] = ()
    any_tiers: tuple[str, ...] = ()
    all_tags: tuple[str, ...] = ()
    no_tags: tuple[str, ...] = ()
    no_tiers: tuple[str, ...] = ()
    minimum_age: int | None = Field(default=None, ge=0, le=150)
    maximum_age: int | None = Field(default=None, ge=0, le=150)
    roles: tuple[str, ...] = ()  # of a worker
    level: Level | None = None  # of an area

    @property
    def tags(self) -> frozenset[str]:
        """Every tag it asks about."""
        return frozenset((*self.any_tags, *self.all_tags, *self.no_tags))

    @property
    def tiers(self) -> frozenset[str]:
        """Every tier it asks about."""
        return frozenset((*self.any_tiers, *self.no_tiers))

    def holds(self, subject: Subject, day: date) -> bool:
        """Whether `subject`, who is in the register, belongs to it on `day`."""
        if subject.kind != self.subject:
            return False
        if self.roles and subject.role not in self.roles:
            return False
        if self.level and len(subject.area(day) or "") != LEVELS[self.level]:
            return False
        if subject.kind != "household":
            return self._describes(subject, day)
        if not (self.tags or self.tiers or self.birthdays):
            return True
        return any(one.listed(day) and self._describes(one, day) for one in subject.members)

    def _describes(self, subject: Subject, day: date) -> bool:
        tags, tiers = in_force(subject.tags, day), in_force(subject.tiers, day)
        wanted = not (self.any_tags or self.any_tiers) or bool(
            tags.intersection(self.any_tags) or tiers.intersection(self.any_tiers)
        )
        return (
            wanted
            and tags.issuperset(self.all_tags)
            and tags.isdisjoint(self.no_tags)
            and tiers.isdisjoint(self.no_tiers)
            and self._of_age(subject.birth_date, day)
        )

    @property
    def birthdays(self) -> tuple[int, ...]:
        """The ages at which somebody enters it or leaves it."""
        leaves = None if self.maximum_age is None else self.maximum_age + 1
        return tuple(age for age in (self.minimum_age, leaves) if age is not None)

    def _of_age(self, birth: date | None, day: date) -> bool:
        if not self.birthdays:
            return True
        if birth is None:
            return False
        if self.minimum_age is not None and day < birthday(birth, self.minimum_age):
            return False
        return self.maximum_age is None or day < birthday(birth, self.maximum_age + 1)

    def changes(self, subject: Subject) -> list[date]:
        """The days, sorted, on which a subject may come into it or go out of it."""
        days = set(subject.changes)
        for one in (subject, *subject.members):
            if one.birth_date is not None:
                days.update(birthday(one.birth_date, age) for age in self.birthdays)
        return sorted(days)


@dataclass(frozen=True, slots=True)
class Membership:
    """An unbroken time in a population: `since` is its first day, `until` the first day after it.
    `moved` if the subject had another tag or tier before and a change of them brought it in."""

    since: date
    until: date | None
    moved: bool


def memberships(
    population: Population, subject: Subject, region: str = "", carved: Sequence[str] = ()
) -> list[Membership]:
    """When a subject belongs to a population within `region` but outside the regions `carved` out
    of it, in order."""

    def inside(day: date) -> bool:
        area = subject.area(day)
        if area is None or not subject.listed(day) or not area.startswith(region):
            return False
        return not area.startswith(tuple(carved)) and population.holds(subject, day)

    found: list[Membership] = []
    since: date | None = None
    for day in population.changes(subject):
        if inside(day):
            since = since or day
        elif since:
            found.append(Membership(since, day, _moved(subject, since, region)))
            since = None
    if since:
        found.append(Membership(since, None, _moved(subject, since, region)))
    return found


def _moved(subject: Subject, since: date, region: str) -> bool:
    before = since - _DAY
    if not subject.listed(before) or not (subject.area(before) or "").startswith(region):
        return False
    former, present = subject.classes(before), subject.classes(since)
    return bool(former) and former != present
