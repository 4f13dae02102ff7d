"""Reads what tables for other offices are made of: records, people and duties, a chunk at a time.

Each list runs in the order of an index, and each chunk goes on where the last one ended: a million
rows are read in constant memory, and nobody waits for more than one chunk.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, select, tuple_

from storage.areas import within
from storage.connection import Connection
from storage.corrections import SUPERSEDED
from storage.obligation_tables import obligation, visit
from storage.obligations import standing
from storage.overseen import one_of, overseen
from storage.policy import Actor
from storage.scope import households_seen, people_seen
from storage.submissions import Submissions
from storage.tables import account, household, person, person_tag, submission

CHUNK: Final = 100
"""Rows of one chunk: some milliseconds of opening seals."""

Order = Literal["entered", "area"]

_HEAD: Final = person.alias("head")


@dataclass(frozen=True, slots=True)
class Answered:
    """A record as a table takes it: without its XML, with its author's code."""

    instance_id: str
    root_id: str
    area_code: str
    form_id: str
    form_version: str
    form_sha256: str
    subject_kind: str
    subject_id: int | None
    subject_code: str | None
    channel: str
    visit_date: date
    entered_at: datetime
    mode: str | None
    outcome: str | None
    answers: dict[str, Any]
    worker: str


@dataclass(frozen=True, slots=True)
class Someone:
    """A person, or a household with the name of its head. What was not asked for is None."""

    id: int
    kind: str
    area_code: str
    code: str
    household: str | None = None
    name: str | None = None
    sex: str | None = None
    birth_date: date | None = None
    address: str | None = None
    phone: str | None = None
    id_number: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Duty:
    """An obligation, its state at the moment of reading, and the day of the visit that met it."""

    id: int
    area_code: str
    subject_kind: str
    subject_id: int
    rule_id: str
    rule_version: int
    rule_region: str
    period_key: str
    first: date
    last: date
    due_on: date
    role: str
    reason: str | None
    state: str
    worker: str | None
    visit_date: date | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows; what is empty is any. Days are both included: of the visit for records, and for
    duties those that their period touches. With `counting` nothing of a row is shown but numbers:
    who is told the numbers of the form alone gets its rows, too."""

    area: str = ""
    since: date | None = None
    until: date | None = None
    form_id: str = ""
    outcomes: Collection[str] = ()
    tags: Collection[str] = ()
    rules: Collection[str] = ()
    states: Collection[str] = ()
    counting: bool = False


class Exporting:
    """Reads within what the actor may see; of duties what they oversee."""

    def __init__(
        self,
        connection: Connection,
        actor: Actor,
        records: Submissions,
        now: datetime,
        today: date,
    ) -> None:
        self._connection = connection
        self._actor = actor
        self._submissions = records
        self._now = now
        self._today = today

    # --- records ---------------------------------------------------------------------------------

    async def records(self, which: Wanted, order: Order) -> AsyncIterator[Sequence[Answered]]:
        """The records that stand, in chunks: as they came in, or by area and day."""
        one = submission.c
        key = (
            (one.entered_at, one.instance_id)
            if order == "entered"
            else (one.area_code, one.visit_date, one.instance_id)
        )
        made = {
            "root_id": func.coalesce(one.root_id, one.instance_id).label("root_id"),
            "worker": account.c.code.label("worker"),
        }
        columns = [
            made[name] if name in made else one[name] for name in Answered.__dataclass_fields__
        ]
        query = (
            select(*columns)
            .select_from(submission.join(account, one.account_id == account.c.id))
            .where(self._of_records(which, order))
        )
        async for rows in self._chunks(query, key):
            yield [Answered(*row) for row in rows]

    async def count_records(self, which: Wanted) -> int:
        """How many `records` gives."""
        return await self._count(select(submission.c.instance_id).where(self._of_records(which)))

    def _of_form(self, form_id: str, order: Order) -> ColumnElement[bool]:
        """Of a form; written so that the index of the order is taken, and nothing is sorted."""
        column = submission.c.form_id
        return column == form_id if order == "entered" else one_of(column, [form_id])

    def _of_records(self, which: Wanted, order: Order = "entered") -> ColumnElement[bool]:
        one = submission.c
        records = self._submissions
        seen = records.counted(which.form_id) if which.counting else records.visible()
        wanted = [seen, one.state != SUPERSEDED]
        wanted += [self._of_form(which.form_id, order)] if which.form_id else []
        wanted += [within(one.area_code, which.area)] if which.area else []
        wanted += [one.visit_date >= which.since] if which.since else []
        wanted += [one.visit_date <= which.until] if which.until else []
        wanted += [one.outcome.in_(list(which.outcomes))] if which.outcomes else []
        return and_(*wanted)

    # --- people and homes ------------------------------------------------------------------------

    async def people(
        self, which: Wanted, fields: Collection[str]
    ) -> AsyncIterator[Sequence[Someone]]:
        """The people of the register by area and code, in chunks, with these fields."""
        query = _people(fields).where(self._of_people(which))
        async for rows in self._chunks(query, (person.c.area_code, person.c.code)):
            yield await self._someone("person", rows, fields)

    async def count_people(self, which: Wanted) -> int:
        """How many `people` gives."""
        return await self._count(select(person.c.id).where(self._of_people(which)))

    async def subjects(
        self, kind: str, ids: Collection[int], fields: Collection[str], *, counting: bool = False
    ) -> Mapping[int, Someone]:
        """These people, or households, by id, as far as the actor sees them; for `counting`, of
        those whom the records tell of who may be counted, nothing but sex and age."""
        if not ids:
            return {}
        if counting and not self._actor.may_export:
            fields = _COUNTED & set(fields)
        if kind == "person":
            seen = self._people_counted() if counting else people_seen(self._actor, self._today)
            query = _people(fields).where(person.c.id.in_(list(ids)), seen)
        else:
            seen = households_seen(self._actor, self._today)
            query = _homes(fields).where(household.c.id.in_(list(ids)), seen)
        rows = (await self._connection.execute(query)).all()
        return {one.id: one for one in await self._someone(kind, rows, fields)}

    def _people_counted(self) -> ColumnElement[bool]:
        actor = self._actor
        if actor.may_export or not (actor.area and actor.powers.reports):
            return people_seen(actor, self._today)
        return within(person.c.area_code, actor.area)

    def _of_people(self, which: Wanted) -> ColumnElement[bool]:
        wanted = [people_seen(self._actor, self._today), person.c.state == "active"]
        wanted += [within(person.c.area_code, which.area)] if which.area else []
        if which.tags:
            tagged = exists().where(
                person_tag.c.person_id == person.c.id,
                person_tag.c.tag.in_(list(which.tags)),
                person_tag.c.until.is_(None),
            )
            wanted.append(tagged)
        return and_(*wanted)

    async def _someone(
        self, kind: str, rows: Sequence[Any], fields: Collection[str]
    ) -> list[Someone]:
        tags: dict[int, tuple[str, ...]] = {}
        if kind == "person" and "tags" in fields:
            ids = [row.id for row in rows]
            query = (
                select(person_tag.c.person_id, person_tag.c.tag)
                .where(person_tag.c.person_id.in_(ids), person_tag.c.until.is_(None))
                .order_by(person_tag.c.tag)
            )
            for number, tag in await self._connection.execute(query):
                tags[number] = (*tags.get(number, ()), tag)
        return [Someone(kind=kind, tags=tags.get(row.id, ()), **row._mapping) for row in rows]

    # --- duties ----------------------------------------------------------------------------------

    async def duties(self, which: Wanted) -> AsyncIterator[Sequence[Duty]]:
        """What is or was owed, by area and the last day of its period, in chunks."""
        one = obligation.c
        made = ("state", "worker", "visit_date")
        columns = [one[name] for name in Duty.__dataclass_fields__ if name not in made]
        joined = obligation.outerjoin(account, one.account_id == account.c.id).outerjoin(
            visit, one.visit_root == visit.c.root_id
        )
        query = (
            select(*columns, standing(self._now).label("state"), account.c.code.label("worker"))
            .add_columns(visit.c.visit_date)
            .select_from(joined)
            .where(self._of_duties(which))
        )
        async for rows in self._chunks(query, (one.area_code, one.last, one.id)):
            yield [Duty(**row._mapping) for row in rows]

    async def count_duties(self, which: Wanted) -> int:
        """How many `duties` gives."""
        return await self._count(select(obligation.c.id).where(self._of_duties(which)))

    def _of_duties(self, which: Wanted) -> ColumnElement[bool]:
        one = obligation.c
        wanted = [overseen(self._actor, one.area_code, which.area), one.opens <= self._now]
        wanted += [one.last >= which.since] if which.since else []
        wanted += [one.first <= which.until] if which.until else []
        wanted += [one.rule_id.in_(list(which.rules))] if which.rules else []
        wanted += [standing(self._now).in_(list(which.states))] if which.states else []
        return and_(*wanted)

    # --- a chunk after another -------------------------------------------------------------------

    async def _chunks(
        self, query: Select[Any], key: Sequence[ColumnElement[Any]]
    ) -> AsyncIterator[Sequence[Any]]:
        """The rows of `query` in the order of `key`, whose columns are among the selected ones."""
        following = query.order_by(*key).limit(CHUNK)
        rows = (await self._connection.execute(following)).all()
        while rows:
            yield rows
            if len(rows) < CHUNK:
                return
            last = rows[-1]._mapping
            reached = tuple_(*(literal(last[one], one.type) for one in key))
            later = following.where(tuple_(*key) > reached)
            rows = (await self._connection.execute(later)).all()

    async def _count(self, query: Select[Any]) -> int:
        counted = select(func.count()).select_from(query.subquery())
        return (await self._connection.execute(counted)).scalar_one()


def _people(fields: Collection[str]) -> Select[Any]:
    one = person.c
    kept = [one[name] for name in _OF_PEOPLE if name in fields]
    query = select(one.id, one.area_code, one.code, *kept)
    if not {"household", "address"} & set(fields):
        return query
    query = query.add_columns(household.c.code.label("household"))
    if "address" in fields:
        query = query.add_columns(household.c.address)
    return query.join(household, one.household_id == household.c.id)


def _homes(fields: Collection[str]) -> Select[Any]:
    one = household.c
    query = select(one.id, one.area_code, one.code, one.code.label("household"))
    if "address" in fields:
        query = query.add_columns(one.address)
    if "name" not in fields:
        return query
    of_home = and_(_HEAD.c.household_id == one.id, _HEAD.c.head, _HEAD.c.state == "active")
    return query.add_columns(_HEAD.c.name).select_from(household.outerjoin(_HEAD, of_home))


_COUNTED: Final = frozenset({"sex", "birth_date"})
_OF_PEOPLE: Final = ("name", "sex", "birth_date", "phone", "id_number")
