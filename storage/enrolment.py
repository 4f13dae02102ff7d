"""Enters households and people into the register, many at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, Final

from sqlalchemy import Table, insert

from storage.arrivals import arriving
from storage.connection import Connection
from storage.names import normal, search_terms
from storage.tables import household, person, person_name, person_tag
from storage.vault import vault

_HOUSEHOLDS_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to be entered. `tags` are in force from the day of entry."""

    code: str
    name: str
    sex: str
    birth_date: date
    head: bool = False
    id_number: str | None = None
    phone: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewHousehold:
    """A household to be entered, with its people."""

    code: str
    area_code: str
    address: str
    people: tuple[NewPerson, ...] = ()


@dataclass(frozen=True, slots=True)
class Entering:
    """Where households come from, when they are entered, and the date there: tags begin on it."""

    source: str
    now: datetime
    today: date


async def enter(
    connection: Connection, households: Iterable[NewHousehold], entering: Entering
) -> int:
    """Enter households with their people; returns how many people. Takes the households a few at
    a time, so that a caller can tell how far it is."""
    await arriving(connection)
    count = 0
    rest = iter(households)
    while chunk := list(islice(rest, _HOUSEHOLDS_AT_ONCE)):
        count += await _enter(connection, chunk, entering)
    return count


async def _enter(connection: Connection, homes: Sequence[NewHousehold], entering: Entering) -> int:
    home_ids = await _insert(
        connection, household, [_home_row(one) | {"created_at": entering.now} for one in homes]
    )
    people = [(new, home_ids[one.code], one.area_code) for one in homes for new in one.people]
    return len(await enter_people(connection, people, entering))


async def enter_people(
    connection: Connection, people: Sequence[tuple[NewPerson, int, str]], entering: Entering
) -> dict[str, int]:
    """Enter people into households, given with the id and the area of theirs; their ids by code."""
    rows = [_row(*one) | {"created_at": entering.now} for one in people]
    ids = await _insert(connection, person, rows)
    by_id = {ids[new.code]: new for new, _, _ in people}
    await _index(connection, by_id, entering.source, entering.today)
    return ids


async def _insert(
    connection: Connection, table: Table, rows: list[dict[str, Any]]
) -> dict[str, int]:
    """Insert rows; their ids by their codes."""
    if not rows:
        return {}
    done = await connection.execute(insert(table).returning(table.c.code, table.c.id), rows)
    return {row.code: row.id for row in done}


async def _index(
    connection: Connection, people: Mapping[int, NewPerson], source: str, today: date
) -> None:
    names = [row for person_id, new in people.items() for row in name_rows(person_id, new.name)]
    tags = [
        {"person_id": person_id, "tag": tag, "since": today, "source": source}
        for person_id, new in people.items()
        for tag in new.tags
    ]
    for table, rows in ((person_name, names), (person_tag, tags)):
        if rows:
            await connection.execute(insert(table), rows)


def name_rows(person_id: int, name: str) -> list[dict[str, Any]]:
    """The rows of `person_name` by which somebody of this name is found."""
    return [{"hash": name_hash(term), "person_id": person_id} for term in search_terms(name)]


def name_hash(term: str) -> str:
    """The keyed hash that a beginning of a name is found by."""
    return vault().index(normal(term), "person.name")


def id_hash(number: str) -> str:
    """The keyed hash that an ID number is found by."""
    return vault().index(number, "person.id_number")


def _home_row(new: NewHousehold) -> dict[str, Any]:
    return {"code": new.code, "area_code": new.area_code, "address": new.address}


def _row(new: NewPerson, household_id: int, area_code: str) -> dict[str, Any]:
    return {
        "code": new.code,
        "household_id": household_id,
        "area_code": area_code,
        "name": new.name,
        "sex": new.sex,
        "birth_date": new.birth_date,
        "id_number": new.id_number,
        "id_hash": id_hash(new.id_number) if new.id_number else None,
        "phone": new.phone,
        "head": new.head,
        "state": "active",
    }
