"""Compares a file of people with the register: what would change, and what can't be.

A person is known by the ID number, else by name and birth date within the household, else by a name
that stands there once. An empty cell says nothing, and who is not in the file stays as they are.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from bot.register.columns import Column
from bot.register.households import address_of, area_of, conflicts
from bot.register.places import Names, no_such_area, placed
from bot.register.reading import Sent
from bot.register.rows import Entry
from bot.register.tables import Problem
from storage.register_changes import KnownHome, KnownPerson, RegisterChanges

_AT_ONCE: Final = 20  # households that are looked up together
_HASHED: Final = 200  # names that are looked up together

Change = tuple[Any, Any]
"""What a field holds, and what it would hold."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What an import may change: below `area`, '' is everywhere. `areas` are the codes there are,
    `villages` those of them that are a village or a grid, where people live; `names` are what
    those below `area` are called. With `ends_tags` a row's tags are all that the person has."""

    area: str
    areas: Collection[str]
    villages: Collection[str]
    ends_tags: bool = False
    names: Names = field(default_factory=dict)

    def holds(self, area: str) -> bool:
        """Whether an area may be changed."""
        return area.startswith(self.area)


@dataclass(frozen=True, slots=True)
class PersonPlan:
    """What becomes of one row: somebody new, or `known` with changes. `head`: the file makes them
    head of the household."""

    entry: Entry
    head: bool
    known: KnownPerson | None = None
    fields: Mapping[str, Change] = field(default_factory=dict)
    begun: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    rehoused: bool = False

    @property
    def changed(self) -> bool:
        """Whether somebody who is known changes."""
        known = self.known is not None
        return known and bool(self.fields or self.begun or self.ended or self.rehoused)


@dataclass(frozen=True, slots=True)
class HomePlan:
    """What becomes of a household: a new one, or `known` with changes. `former_heads` are no longer
    head of it."""

    code: str
    area: str
    address: str
    known: KnownHome | None
    people: Sequence[PersonPlan]
    former_heads: Sequence[KnownPerson] = ()

    @property
    def moves(self) -> bool:
        """Whether a household that is known moves to another area."""
        return self.known is not None and self.known.area_code != self.area

    @property
    def new_address(self) -> bool:
        """Whether a household that is known gets another address."""
        return self.known is not None and self.known.address != self.address


@dataclass(frozen=True, slots=True)
class Plan:
    """What would come of a file. `hints` are rows that may be somebody who is known already; they
    stop nothing."""

    homes: Sequence[HomePlan]
    problems: Sequence[Problem]
    hints: Sequence[Problem]

    @property
    def counts(self) -> dict[str, int]:
        """How many there are of each kind of change."""
        people = [one for home in self.homes for one in home.people]
        known = [home for home in self.homes if home.known]
        found = Counter(
            homes_new=len(self.homes) - len(known),
            people_new=sum(one.known is None for one in people),
            changed=sum(bool(one.fields) for one in people if one.known)
            + sum(home.new_address for home in known)
            + sum(len(home.former_heads) for home in known),
            tags=sum(bool(one.begun or one.ended) for one in people),
            moved=sum(one.rehoused for one in people) + sum(home.moves for home in known),
            unchanged=sum(one.known is not None and not one.changed for one in people),
        )
        return dict(found)


async def plan(changes: RegisterChanges, sent: Sent, scope: Scope) -> Plan:
    """Compare a whole file."""
    sent = await asyncio.to_thread(placed, sent, scope.names)
    homes: list[HomePlan] = []
    problems = list(sent.problems)
    for start in range(0, len(sent.homes), _AT_ONCE):
        some = sent.homes[start : start + _AT_ONCE]
        planned, wrong = await plan_some(changes, some, scope)
        homes += planned
        problems += wrong
        await asyncio.sleep(0)  # whoever chats meanwhile goes first
    homes = await asyncio.to_thread(_without_movers, homes)
    problems += await asyncio.to_thread(_between, sent, homes, scope)
    ordered = sorted(problems, key=lambda one: (one.sheet, one.row, one.place))
    return Plan(homes, ordered, await _hints(changes, homes, scope))


def _between(sent: Sent, homes: Sequence[HomePlan], scope: Scope) -> list[Problem]:
    """What is wrong between rows. A large file takes a while: it is run beside the chat."""
    lives = {
        (one.entry.sheet, one.entry.row) for home in homes if home.known for one in home.people
    }
    found = [
        one
        for one in conflicts(sent.people, scope.areas)
        if not (_no_area(one) and (one.sheet, one.row) in lives)
    ]
    return [*found, *_one_for_two(homes)]


async def plan_some(
    changes: RegisterChanges, groups: Iterable[Sequence[Entry]], scope: Scope
) -> tuple[list[HomePlan], list[Problem]]:
    """Compare some households; rows with a problem are left out."""
    groups = list(groups)
    homes = await changes.homes([members[0].household for members in groups])
    numbers = {one.resident_id.number for group in groups for one in group if one.resident_id}
    people = await changes.people_by_number(numbers)
    planned: list[HomePlan] = []
    problems: list[Problem] = []
    for members in groups:
        comparing = _Comparing(members, homes.get(members[0].household), people, scope)
        wrong = list(comparing.problems())
        problems += wrong
        if not wrong:
            planned.append(comparing.plan())
    return _without_movers(planned), problems


def _without_movers(homes: Sequence[HomePlan]) -> list[HomePlan]:
    """Who goes to another household is no former head: they leave as they are, and may be head
    there."""
    moving = {one.known.id for home in homes for one in home.people if one.known and one.rehoused}
    return [
        replace(home, former_heads=[one for one in home.former_heads if one.id not in moving])
        for home in homes
    ]


class _Comparing:
    """One household of the file, beside what the register has."""

    def __init__(
        self,
        members: Sequence[Entry],
        known: KnownHome | None,
        by_number: Mapping[str, KnownPerson],
        scope: Scope,
    ) -> None:
        self._members = members
        self._home = known
        self._scope = scope
        self._area = area_of(members) or (known.area_code if known else "")
        self._known = {id(one): self._find(one, by_number) for one in members}
        first = members[0] if known is None else None  # of a new household, if none is marked
        self._head = next((one for one in members if one.head), first)

    def _find(self, entry: Entry, by_number: Mapping[str, KnownPerson]) -> KnownPerson | None:
        if entry.resident_id and (found := by_number.get(entry.resident_id.number)):
            return found
        here = [one for one in self._home.people if one.name == entry.name] if self._home else []
        same = [one for one in here if one.birth_date == entry.birth_date]
        if same:
            return same[0]
        open_ones = [one for one in here if not (entry.resident_id and one.id_number)]
        return open_ones[0] if len(open_ones) == 1 else None

    def problems(self) -> Iterator[Problem]:
        first, scope = self._members[0], self._scope
        if self._home and not scope.holds(self._home.area_code):
            yield first.problem(Column.HOUSEHOLD, "home_elsewhere")
            return
        for one in self._members:
            if one.area and one.area not in scope.areas:
                yield no_such_area(one, scope.names)
            elif one.area and not scope.holds(one.area):
                yield one.problem(Column.AREA, "area_outside")
            elif one.area and one.area not in scope.villages and self._goes(one):
                yield one.problem(Column.AREA, "area_too_high")
            known = self._known[id(one)]
            if known is None:
                continue
            if not scope.holds(known.area_code):
                yield one.problem(Column.ID_NUMBER, "person_elsewhere")
            elif known.state != "active":
                yield one.problem(Column.NAME, "person_left", person=known.code)

    def _goes(self, entry: Entry) -> bool:
        """Whether a row puts the household where it is not yet."""
        return self._home is None or entry.area != self._home.area_code

    def plan(self) -> HomePlan:
        head = self._head
        people = [self._person(one) for one in self._members]
        staying = self._home.people if self._home else ()
        return HomePlan(
            code=self._members[0].household,
            area=self._area,
            address=address_of(self._members) or (self._home.address if self._home else ""),
            known=self._home,
            people=people,
            former_heads=[
                one for one in staying if head and one.head and one != self._known[id(head)]
            ],
        )

    def _person(self, entry: Entry) -> PersonPlan:
        known, head = self._known[id(entry)], entry is self._head
        if known is None:
            return PersonPlan(entry, head)
        tags = frozenset(entry.tags)
        ends = self._scope.ends_tags and Column.TAGS in entry.given
        rehoused = self._home is None or known.household_id != self._home.id
        return PersonPlan(
            entry,
            head,
            known,
            dict(_fields(entry, known, head=head, rehoused=rehoused)),
            begun=tuple(sorted(tags - known.tags)),
            ended=tuple(sorted(known.tags - tags)) if ends else (),
            rehoused=rehoused,
        )


def _fields(
    entry: Entry, known: KnownPerson, *, head: bool, rehoused: bool
) -> Iterator[tuple[str, Change]]:
    number = entry.resident_id.number if entry.resident_id else None
    told: dict[Column, tuple[str, str | date | None]] = {
        Column.NAME: ("name", entry.name),
        Column.SEX: ("sex", entry.sex),
        Column.BIRTH_DATE: ("birth_date", entry.birth_date),
        Column.ID_NUMBER: ("id_number", number),
        Column.PHONE: ("phone", entry.phone),
    }
    for column, (name, value) in told.items():
        if column in entry.given and getattr(known, name) != value:
            yield name, (getattr(known, name), value)
    if head and not known.head:
        yield "head", (False, True)
    elif known.head and rehoused and not head:
        yield "head", (True, False)


def _no_area(one: Problem) -> bool:
    """A household that stands in the register needs no area in the file."""
    return one.code == "empty" and one.column is Column.AREA


def _one_for_two(homes: Iterable[HomePlan]) -> Iterator[Problem]:
    """Two rows that are the same person of the register."""
    seen: dict[int, Entry] = {}
    for person in (one for home in homes for one in home.people if one.known):
        assert person.known
        first = seen.setdefault(person.known.id, person.entry)
        if first is not person.entry:
            where = {"sheet": first.sheet, "row": first.row}
            yield person.entry.problem(Column.NAME, "person_known_twice", **where)


async def _hints(
    changes: RegisterChanges, homes: Iterable[HomePlan], scope: Scope
) -> Sequence[Problem]:
    """New people who have name and birth date with somebody in the register."""
    new = [one.entry for home in homes for one in home.people if one.known is None]
    hints: list[Problem] = []
    for start in range(0, len(new), _HASHED):
        some = new[start : start + _HASHED]
        alike = await changes.namesakes({(one.name, one.birth_date) for one in some})
        hints += [
            one.problem(Column.NAME, "namesake", person=code)
            for one in some
            for code, area in alike.get((one.name, one.birth_date), ())
            if scope.holds(area)
        ]
        await asyncio.sleep(0)
    return hints
