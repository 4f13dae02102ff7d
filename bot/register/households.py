"""Puts the rows of a register file together as households, and finds what does not go together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import groupby

from bot.register.columns import Column
from bot.register.rows import Entry
from bot.register.tables import Problem
from storage.register import NewHousehold, NewPerson


def conflicts(found: Sequence[Entry], areas: Collection[str]) -> list[Problem]:
    """What is wrong between rows: people twice, households in two places. `areas` are all codes
    there are: of other places something is said by `places.no_such_area`."""
    problems = list(_twice(found))
    for members in by_household(found):
        problems += _within(members, areas)
    return problems


def known_already(
    found: Iterable[Entry], households: Collection[str], id_numbers: Collection[str]
) -> list[Problem]:
    """Which rows are in the register already, by the codes and numbers that it knows."""
    problems = []
    for entry in found:
        if entry.resident_id and entry.resident_id.number in id_numbers:
            problems.append(entry.problem(Column.ID_NUMBER, "id_known"))
        if entry.household in households:
            problems.append(entry.problem(Column.HOUSEHOLD, "household_known"))
    return problems


def households(found: Sequence[Entry], person_code: Callable[[], str]) -> list[NewHousehold]:
    """The households of rows without problems. Where no head is marked, it is who comes first."""
    made = []
    for members in by_household(found):
        head = next((one for one in members if one.head), members[0])
        people = tuple(new_person(one, person_code(), one is head) for one in members)
        made.append(NewHousehold(head.household, area_of(members), address_of(members), people))
    return made


def new_person(entry: Entry, code: str, head: bool) -> NewPerson:
    """Somebody of a row, as the register takes them in."""
    return NewPerson(
        code=code,
        name=entry.name,
        sex=entry.sex,
        birth_date=entry.birth_date,
        head=head,
        id_number=entry.resident_id.number if entry.resident_id else None,
        phone=entry.phone,
        tags=entry.tags,
    )


def by_household(found: Sequence[Entry]) -> Iterator[list[Entry]]:
    """The rows of each household, in the order of their codes."""
    ordered = sorted(found, key=lambda one: one.household)  # keeps the order within a household
    for _, members in groupby(ordered, key=lambda one: one.household):
        yield list(members)


def area_of(members: Sequence[Entry]) -> str:
    """Where a household lives, '' if no row says so."""
    return next((one.area for one in members if one.area), "")


def address_of(members: Sequence[Entry]) -> str:
    """The address of a household, '' if no row has one."""
    return next((one.address for one in members if one.address), "")


def _twice(found: Iterable[Entry]) -> Iterator[Problem]:
    numbers: dict[str, Entry] = {}
    people: dict[tuple[object, ...], Entry] = {}
    for entry in found:
        if entry.resident_id:
            first = numbers.setdefault(entry.resident_id.number, entry)
            if first is not entry:
                yield entry.problem(Column.ID_NUMBER, "id_twice", sheet=first.sheet, row=first.row)
                continue
        who = (entry.household, entry.name, entry.birth_date)
        first = people.setdefault(who, entry)
        if first is not entry:
            yield entry.problem(Column.NAME, "person_twice", sheet=first.sheet, row=first.row)


def _within(members: Sequence[Entry], areas: Collection[str]) -> Iterator[Problem]:
    area, address = area_of(members), address_of(members)
    if not area:
        yield members[0].problem(Column.AREA, "empty")
    for one in members:
        if area in areas and one.area in areas and one.area != area:
            yield one.problem(Column.AREA, "area_differs")
        if one.address and one.address != address:
            yield one.problem(Column.ADDRESS, "address_differs")
    for one in [one for one in members if one.head][1:]:
        yield one.problem(Column.HEAD, "head_twice")
