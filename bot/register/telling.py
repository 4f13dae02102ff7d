"""A plan line by line, as data for whoever shows it: personal data is masked in both values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from bot.register.planning import HomePlan, PersonPlan, Plan
from bot.register.rows import Entry
from core.ids import masked
from storage.names import surname
from storage.vault import vault

Group = Literal["new", "changed", "tags", "moved"]
GROUPS: Final[tuple[Group, ...]] = ("new", "changed", "tags", "moved")

_SHOWN: Final = 6  # characters of an address


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that would change. `field` is a column's name, ``area`` or ``tag``; `old` is ''
    where there was nothing, `new` where there will be nothing. Values are masked."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Line:
    """What would become of one person, or of one household (`name` ''). `code` is '' for somebody
    new; `row` is 0 for those who stand in no row."""

    groups: frozenset[Group]
    sheet: str
    row: int
    household: str
    code: str
    name: str
    parts: tuple[Part, ...]


def lines(plan: Plan) -> list[Line]:
    """Every change, household by household."""
    return [line for home in plan.homes for line in _home(home)]


def fingerprint(plan: Plan) -> str:
    """Tells one plan from another: whoever confirms has seen this one. Keyed, as it stands in the
    page and is made of numbers that the page masks."""
    said = repr([(one.code, one.area, one.address) for one in plan.homes])
    for home in plan.homes:
        for person in home.people:
            code = person.known.code if person.known else ""
            said += repr((code, person.entry.row, sorted(person.fields.items()), person.rehoused))
            said += repr((person.begun, person.ended))
        said += repr([one.code for one in home.former_heads])
    return vault().index(said, "register_import.seen")


def masked_name(name: str) -> str:
    """A name as lists may show it: 王＊福."""
    own = surname(name) if not name.isascii() else name[:1]
    rest = len(name) - len(own)
    if name.isascii() or rest < 2:
        return own + "＊" * min(rest, 2)
    return own + "＊" * (rest - 1) + name[-1]


def shown(field: str, value: Any) -> str:
    """A value of a field as lists may show it."""
    if value in (None, ""):
        return ""
    match field:
        case "name":
            return masked_name(str(value))
        case "phone":
            return masked(str(value))
        case "id_number":
            return f"••••{str(value)[-4:]}"
        case "address":
            text = str(value)
            return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        case _:
            return value.isoformat() if isinstance(value, date) else str(value)


def _home(home: HomePlan) -> Iterator[Line]:
    first = home.people[0].entry
    parts: list[Part] = []
    groups: set[Group] = set()
    if home.known is None:
        groups.add("new")
        parts += [Part("area", "", home.area), Part("address", "", shown("address", home.address))]
    if home.moves and home.known:
        groups.add("moved")
        parts.append(Part("area", home.known.area_code, home.area))
    if home.new_address and home.known:
        groups.add("changed")
        old, new = (shown("address", one) for one in (home.known.address, home.address))
        parts.append(Part("address", old, new))
    if groups:
        code = home.code if home.known else ""
        told = tuple(one for one in parts if one.old or one.new)
        yield Line(frozenset(groups), first.sheet, first.row, home.code, code, "", told)
    for one in home.former_heads:
        name = masked_name(one.name)
        told = (Part("head", "True", "False"),)
        yield Line(frozenset({"changed"}), "", 0, home.code, one.code, name, told)
    for person in home.people:
        yield from _person(home, person)


def _person(home: HomePlan, person: PersonPlan) -> Iterator[Line]:
    entry, known = person.entry, person.known
    where = (entry.sheet, entry.row, home.code)
    name = masked_name(known.name if known else entry.name)
    if known is None:
        yield Line(frozenset({"new"}), *where, "", name, tuple(_new(entry)))
        return
    parts: list[Part] = []
    groups: set[Group] = set()
    if person.rehoused:
        groups.add("moved")
        parts.append(Part("household", "*", home.code))
    if person.fields:
        groups.add("changed")
        parts += [
            Part(field, shown(field, old), shown(field, new))
            for field, (old, new) in person.fields.items()
        ]
    if person.begun or person.ended:
        groups.add("tags")
        parts += [Part("tag", "", tag) for tag in person.begun]
        parts += [Part("tag", tag, "") for tag in person.ended]
    if groups:
        yield Line(frozenset(groups), *where, known.code, name, tuple(parts))


def _new(entry: Entry) -> Iterator[Part]:
    number = entry.resident_id.number if entry.resident_id else None
    told = {"sex": entry.sex, "birth_date": entry.birth_date, "id_number": number}
    for field, value in (told | {"phone": entry.phone}).items():
        if value:
            yield Part(field, "", shown(field, value))
    for tag in entry.tags:
        yield Part("tag", "", tag)
