"""Households and people as an import compares them with its file, and changes to them.

What is written here is written as it is told: who may change whom is asked before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, update

from storage.arrivals import arriving
from storage.connection import Connection
from storage.enrolment import (
    Entering,
    NewPerson,
    enter_people,
    id_hash,
    name_hash,
    name_rows,
)
from storage.obligation_tables import opening
from storage.obligations import Obligations
from storage.obligations_facts import Whose
from storage.tables import household, person, person_name, person_tag

_AT_ONCE: Final = 500  # values in one statement


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody in the register, opened: `tags` are those in force."""

    id: int
    code: str
    household_id: int
    area_code: str
    name: str
    sex: str
    birth_date: date
    id_number: str | None
    phone: str | None
    head: bool
    state: str
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class KnownHome:
    """A household in the register with all of its people, those who left too."""

    id: int
    code: str
    area_code: str
    address: str
    people: tuple[KnownPerson, ...] = ()


@dataclass(frozen=True, slots=True)
class Spell:
    """A time in which a tag was in force: `until` None goes on; `source` and `ended_by` are what
    began and ended it."""

    until: date | None
    source: str
    ended_by: str | None


_PERSON: Final = tuple(
    person.c[name] for name in KnownPerson.__dataclass_fields__ if name != "tags"
)


class RegisterChanges:
    """Reads what is compared, and writes what has changed. `today` is the day on which tags begin
    and end."""

    def __init__(self, connection: Connection, now: datetime, today: date) -> None:
        self._connection = connection
        self._now = now
        self._today = today

    # --- reading ---------------------------------------------------------------------------------

    async def homes(self, codes: Collection[str]) -> dict[str, KnownHome]:
        """The households of these codes."""
        return {one.code: one for one in await self._homes(household.c.code, codes)}

    async def homes_by_id(self, ids: Collection[int]) -> dict[int, KnownHome]:
        """The households of these ids."""
        return {one.id: one for one in await self._homes(household.c.id, ids)}

    async def _homes(self, column: ColumnElement[Any], values: Collection[Any]) -> list[KnownHome]:
        columns = (household.c.id, household.c.code, household.c.area_code, household.c.address)
        rows = await self._some(select(*columns), column, values)
        people: dict[int, list[KnownPerson]] = defaultdict(list)
        for one in await self._people(person.c.household_id, [row.id for row in rows]):
            people[one.household_id].append(one)
        return [
            KnownHome(row.id, row.code, row.area_code, row.address or "", tuple(people[row.id]))
            for row in rows
        ]

    async def people(self, ids: Collection[int]) -> dict[int, KnownPerson]:
        """The people of these ids."""
        return {one.id: one for one in await self._people(person.c.id, ids)}

    async def people_by_number(self, numbers: Collection[str]) -> dict[str, KnownPerson]:
        """Those who have these ID numbers, by number."""
        hashes = {id_hash(number): number for number in numbers}
        found = await self._people(person.c.id_hash, hashes)
        return {one.id_number: one for one in found if one.id_number is not None}

    async def namesakes(
        self, born: Collection[tuple[str, date]]
    ) -> dict[tuple[str, date], list[tuple[str, str]]]:
        """Who is in the register of these names and birth dates: their codes and areas."""
        wanted = {(name_hash(name), day): (name, day) for name, day in born}
        joined = person.join(person_name, person_name.c.person_id == person.c.id)
        columns = (person.c.code, person.c.area_code, person.c.birth_date, person_name.c.hash)
        query = select(*columns).select_from(joined).where(person.c.state == "active")
        hashes = {one for one, _ in wanted}
        found: dict[tuple[str, date], list[tuple[str, str]]] = defaultdict(list)
        for row in await self._some(query, person_name.c.hash, hashes):
            key = wanted.get((row.hash, row.birth_date))
            if key is not None:
                found[key].append((row.code, row.area_code))
        return found

    async def _people(
        self, column: ColumnElement[Any], values: Collection[Any]
    ) -> list[KnownPerson]:
        rows = await self._some(select(*_PERSON), column, values)
        query = select(person_tag.c.person_id, person_tag.c.tag).where(person_tag.c.until.is_(None))
        tags: dict[int, set[str]] = defaultdict(set)
        for row in await self._some(query, person_tag.c.person_id, [one.id for one in rows]):
            tags[row.person_id].add(row.tag)
        ordered = sorted(rows, key=lambda row: row.id)
        return [KnownPerson(**row._mapping, tags=frozenset(tags[row.id])) for row in ordered]

    async def _some(
        self, query: Any, column: ColumnElement[Any], values: Collection[Any]
    ) -> list[Any]:
        found: list[Any] = []
        ordered = list(values)
        for start in range(0, len(ordered), _AT_ONCE):
            chunk = ordered[start : start + _AT_ONCE]
            found += (await self._connection.execute(query.where(column.in_(chunk)))).all()
        return found

    # --- writing ---------------------------------------------------------------------------------

    async def add_home(self, code: str, area_code: str, address: str) -> int:
        """Enter a household without anybody in it; its id."""
        await arriving(self._connection)
        row = {"code": code, "area_code": area_code, "address": address, "created_at": self._now}
        done = await self._connection.execute(
            insert(household).values(row).returning(household.c.id)
        )
        number: int = done.scalar_one()
        return number

    async def add_people(
        self, people: Sequence[tuple[NewPerson, int, str]], source: str
    ) -> dict[str, int]:
        """Enter people into households, given with the id and the area of theirs; ids by code."""
        await arriving(self._connection)
        entering = Entering(source, self._now, self._today)
        return await enter_people(self._connection, people, entering)

    async def set_home(self, number: int, values: Mapping[str, Any]) -> None:
        """Change columns of a household."""
        which = household.c.id == number
        await self._connection.execute(update(household).where(which).values(**values))

    async def set_person(self, number: int, values: Mapping[str, Any]) -> None:
        """Change columns of a person, and what they are found by."""
        found = dict(values)
        if "id_number" in found:
            found["id_hash"] = id_hash(found["id_number"]) if found["id_number"] else None
        await self._connection.execute(update(person).where(person.c.id == number).values(**found))
        if "name" in found:
            mine = person_name.c.person_id == number
            await self._connection.execute(delete(person_name).where(mine))
            await self._connection.execute(insert(person_name), name_rows(number, found["name"]))

    async def begin_tag(self, number: int, tag: str, source: str) -> Spell | None:
        """A tag begins today. What there was if it had begun today before, and ended: that one
        goes on."""
        one = person_tag.c
        query = select(one.until, one.source, one.ended_by).where(_spell(number, tag, self._today))
        row = (await self._connection.execute(query)).first()
        new = Spell(None, source, None)
        if row is None:
            key = {"person_id": number, "tag": tag, "since": self._today}
            await self._connection.execute(insert(person_tag).values(key | asdict(new)))
            return None
        await self.set_spell(number, tag, self._today, new)
        return Spell(*row)

    async def end_tag(self, number: int, tag: str) -> list[date]:
        """A tag ends today, or on the day on which it begins if that is later; since when it was in
        force, more than once where records overlap."""
        query = (
            select(person_tag.c.since).where(_in_force(number, tag)).order_by(person_tag.c.since)
        )
        began = list((await self._connection.execute(query)).scalars())
        for since in began:
            ended = update(person_tag).where(_spell(number, tag, since))
            await self._connection.execute(ended.values(until=max(since, self._today)))
        return began

    async def set_spell(self, number: int, tag: str, since: date, spell: Spell) -> None:
        """Write anew what is known of a tag that began on a day."""
        change = update(person_tag).where(_spell(number, tag, since))
        await self._connection.execute(change.values(asdict(spell)))

    async def drop_tag(self, number: int, tag: str, since: date) -> None:
        """A tag was never begun on a day."""
        await self._connection.execute(delete(person_tag).where(_spell(number, tag, since)))

    async def restore_tag(self, number: int, tag: str, since: date) -> None:
        """A tag that was ended goes on."""
        spell = update(person_tag).where(_spell(number, tag, since))
        await self._connection.execute(spell.values(until=None))

    async def spell(self, number: int, tag: str, since: date) -> tuple[bool, date | None]:
        """Whether a tag began on a day, and until when it was in force."""
        query = select(person_tag.c.until).where(_spell(number, tag, since))
        row = (await self._connection.execute(query)).first()
        return (False, None) if row is None else (True, row.until)

    # --- what is owed ----------------------------------------------------------------------------

    async def walked(self) -> int:
        """The highest id up to which a rule was opened for everybody: who comes in with a lower one
        has to be looked at alone, as their id was somebody else's before."""
        query = select(func.coalesce(func.max(opening.c.reached), 0))
        number: int = (await self._connection.execute(query)).scalar_one()
        return number

    async def review(self, kind: str, ids: Collection[int]) -> None:
        """Have the next tick set right what these subjects are owed."""
        obligations = Obligations(self._connection)
        for number in ids:
            await obligations.review(Whose(kind, number, ""), self._today, self._today)


def _spell(number: int, tag: str, since: date) -> ColumnElement[bool]:
    one = person_tag.c
    return and_(one.person_id == number, one.tag == tag, one.since == since)


def _in_force(number: int, tag: str) -> ColumnElement[bool]:
    one = person_tag.c
    return and_(one.person_id == number, one.tag == tag, one.until.is_(None))
