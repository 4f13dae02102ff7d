"""The register: households and people, each actor within their own scope.

Lists carry a code and a surname, no more. A name or an ID number is read only by `person`, for the
one whose file is opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, func, or_, select, union_all

from storage import enrolment
from storage.areas import within
from storage.connection import Connection
from storage.enrolment import NewHousehold, NewPerson, id_hash, name_hash
from storage.file_access import opened_households, opened_people
from storage.names import normal, surname
from storage.policy import Actor, Sight
from storage.scope import households_seen, people_seen
from storage.tables import household, person, person_name, person_tag

__all__ = ["NewHousehold", "NewPerson", "PersonFile", "Register", "Subject"]

_CHUNK: Final = 1000  # databases limit how many values one statement may carry


@dataclass(frozen=True, slots=True)
class Subject:
    """A household or a person as a list shows it: `surname` is the head's for a household."""

    kind: str  # household | person
    id: int
    code: str
    surname: str
    area_code: str


@dataclass(frozen=True, slots=True)
class PersonFile:
    """One person's file. `sex` is ``m`` or ``f``; `tags` are those in force."""

    id: int
    code: str
    household_id: int
    area_code: str
    name: str
    sex: str
    birth_date: date
    head: bool
    tags: tuple[str, ...]

    @property
    def subject(self) -> Subject:
        """This person as a list shows them."""
        return Subject("person", self.id, self.code, surname(self.name), self.area_code)

    def age(self, on: date) -> int:
        """Full years on the day `on`."""
        before = (on.month, on.day) < (self.birth_date.month, self.birth_date.day)
        return on.year - self.birth_date.year - before


class Register:
    """Reads the register within the actor's scope; writes it for the operator."""

    def __init__(self, connection: Connection, actor: Actor, now: datetime, today: date) -> None:
        self._connection = connection
        self._actor = actor
        self._now = now
        self._today = today

    # --- lists -----------------------------------------------------------------------------------

    async def list(
        self, kind: str, query: str = "", page: int = 0, size: int = 8
    ) -> tuple[Sequence[Subject], int]:
        """One page (from 0) of what the actor may see, and how many there are in all.

        `query` is a code or its beginning, or the beginning of a name or of its initials.
        """
        base = self._households() if kind == "household" else self._people()
        found = (_called(kind, base, query) if query else base).subquery()
        total = select(func.count()).select_from(found)
        count = (await self._connection.execute(total)).scalar_one()
        ordered = select(found).order_by(found.c.area_code, found.c.code)
        rows = await self._connection.execute(ordered.limit(size).offset(page * size))
        return [subject_of(kind, row._mapping) for row in rows], count

    def _households(self, which: ColumnElement[bool] | None = None) -> Select[Any]:
        joined = household.outerjoin(
            person, and_(person.c.household_id == household.c.id, person.c.head)
        )
        return (
            select(household.c.id, household.c.code, household.c.area_code, person.c.name)
            .select_from(joined)
            .where(households_seen(self._actor, self._today) if which is None else which)
        )

    def _people(self) -> Select[Any]:
        return select(person.c.id, person.c.code, person.c.area_code, person.c.name).where(
            people_seen(self._actor, self._today), person.c.state == "active"
        )

    async def homes_after(self, code: str, size: int, area: str = "") -> Sequence[Subject]:
        """The next households by code after `code`, in `area` or below it, `size` at most."""
        query = (
            self._households()
            .where(household.c.code > code, within(household.c.area_code, area))
            .order_by(household.c.code)
            .limit(size)
        )
        rows = await self._connection.execute(query)
        return [subject_of("household", row._mapping) for row in rows]

    async def people_after(self, code: str, size: int, area: str = "") -> Sequence[PersonFile]:
        """The next people of whom lists tell, by code after `code`, `size` at most."""
        query = (
            select(person)
            .where(people_seen(self._actor, self._today), person.c.state == "active")
            .where(person.c.code > code, within(person.c.area_code, area))
            .order_by(person.c.code)
            .limit(size)
        )
        rows = (await self._connection.execute(query)).all()
        tags = await self._tags([row.id for row in rows])
        return [_file(row._mapping, tags.get(row.id, ())) for row in rows]

    # --- one -------------------------------------------------------------------------------------

    async def household(self, code: str) -> Subject | None:
        """A household by its code, if the actor may see it."""
        query = self._households(self._may_open_household()).where(household.c.code == code)
        row = (await self._connection.execute(query)).first()
        return subject_of("household", row._mapping) if row else None

    async def person(self, code: str) -> PersonFile | None:
        """A person's file by its code, if the actor may see it."""
        query = select(person).where(person.c.code == code, self._may_open_person())
        row = (await self._connection.execute(query)).first()
        if row is None:
            return None
        tags = await self._tags([row.id])
        return _file(row._mapping, tags.get(row.id, ()))

    async def code_of_home(self, household_id: int) -> str:
        """The code of a household; '' if the actor may not see it."""
        which = and_(household.c.id == household_id, self._may_open_household())
        query = select(household.c.code).where(which)
        return (await self._connection.execute(query)).scalar() or ""

    async def surnames(self, kind: str, codes: Iterable[str]) -> dict[str, str]:
        """Under which surnames the actor sees these households or people, by code."""
        if kind == "household":
            query = self._households().where(household.c.code.in_(list(codes)))
        else:
            columns = (person.c.id, person.c.code, person.c.area_code, person.c.name)
            query = select(*columns).where(
                people_seen(self._actor, self._today), person.c.code.in_(list(codes))
            )
        rows = await self._connection.execute(query)
        found = (subject_of(kind, row._mapping) for row in rows)
        return {one.code: one.surname for one in found}

    async def people_of(self, household_id: int) -> Sequence[PersonFile]:
        """The people of a household whom the actor may see, the head first."""
        query = (
            select(person)
            .where(
                person.c.household_id == household_id,
                person.c.state == "active",
                self._may_open_person(),
            )
            .order_by(person.c.head.desc(), person.c.birth_date)
        )
        rows = (await self._connection.execute(query)).all()
        tags = await self._tags([row.id for row in rows])
        return [_file(row._mapping, tags.get(row.id, ())) for row in rows]

    async def _tags(self, person_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
        query = (
            select(person_tag.c.person_id, person_tag.c.tag)
            .where(person_tag.c.person_id.in_(list(person_ids)), person_tag.c.until.is_(None))
            .order_by(person_tag.c.tag)
        )
        tags: dict[int, tuple[str, ...]] = {}
        for person_id, tag in await self._connection.execute(query):
            tags[person_id] = (*tags.get(person_id, ()), tag)
        return tags

    # --- which files may be opened: those that lists show, and those of an emergency --------------

    def _may_open_household(self) -> ColumnElement[bool]:
        seen = households_seen(self._actor, self._today)
        if self._actor.powers.sees is not Sight.AREA:
            return seen
        return or_(seen, opened_households(self._actor, self._now))

    def _may_open_person(self) -> ColumnElement[bool]:
        seen = people_seen(self._actor, self._today)
        if self._actor.powers.sees is not Sight.AREA:
            return seen
        return or_(seen, opened_people(self._actor, self._now))

    # --- writing ---------------------------------------------------------------------------------

    async def enter(self, households: Iterable[NewHousehold], source: str) -> int:
        """Enter households with their people; returns how many people. Only for the operator."""
        if not self._actor.everything:
            raise PermissionError("only the operator enters the register")
        entering = enrolment.Entering(source, self._now, self._today)
        return await enrolment.enter(self._connection, households, entering)

    async def known_ids(self, id_numbers: Iterable[str]) -> set[str]:
        """Which of these ID numbers are in the register already."""
        hashes = {id_hash(number): number for number in id_numbers}
        return {hashes[one] for one in await self._present(person.c.id_hash, hashes)}

    async def known_codes(self, kind: str, codes: Iterable[str]) -> set[str]:
        """Which of these codes a household or a person (`kind`) has already."""
        return await self._present((household if kind == "household" else person).c.code, codes)

    async def _present(self, column: ColumnElement[Any], values: Iterable[str]) -> set[str]:
        found: set[str] = set()
        ordered = list(values)
        for start in range(0, len(ordered), _CHUNK):
            chunk = ordered[start : start + _CHUNK]
            rows = await self._connection.execute(select(column).where(column.in_(chunk)))
            found.update(rows.scalars())
        return found

    async def counts(self) -> tuple[int, int]:
        """How many households and people there are."""
        homes = await self._connection.execute(select(func.count()).select_from(household))
        people = await self._connection.execute(select(func.count()).select_from(person))
        return homes.scalar_one(), people.scalar_one()


def _called(kind: str, base: Select[Any], query: str) -> CompoundSelect[Any]:
    """Those of `base` whose code begins with `query`, and those with a name that does. They are
    looked up apart: by no index is one condition or another found."""
    named = select(person_name.c.person_id).where(person_name.c.hash == name_hash(query))
    subject, ids = person.c, named
    if kind == "household":
        subject = household.c
        living = person.c.state == "active"
        ids = select(person.c.household_id).where(person.c.id.in_(named), living)
    coded = within(subject.code, normal(query))
    return union_all(base.where(coded), base.where(~coded, subject.id.in_(ids)))


def subject_of(kind: str, row: Any) -> Subject:
    """A row with a code, an area, and the name of a person or of a household's head."""
    name = row["name"] or ""
    return Subject(kind, row["id"], row["code"], surname(name) if name else "", row["area_code"])


def _file(row: Any, tags: tuple[str, ...]) -> PersonFile:
    return PersonFile(
        id=row["id"],
        code=row["code"],
        household_id=row["household_id"],
        area_code=row["area_code"],
        name=row["name"],
        sex=row["sex"],
        birth_date=row["birth_date"],
        head=row["head"],
        tags=tags,
    )
