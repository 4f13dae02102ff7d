"""What rules are computed from, of one subject: read as a whole, and changed by what forms tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select, update

from storage import obligations_queries as queries
from storage.areas import within
from storage.connection import Connection
from storage.dialects import insert_if_new, upsert
from storage.obligation_tables import (
    NO_ONE,
    departure,
    subject_event,
    visit,
)
from storage.ready import Ready
from storage.tables import area, person


@dataclass(frozen=True, slots=True)
class Whose:
    """A subject: its kind, its id (`NO_ONE` for an area) and the code of its area."""

    kind: str
    id: int
    area_code: str


@dataclass(frozen=True, slots=True)
class EventTold:
    """Something that happened to a subject, as `scheduler.subjects.Event`."""

    name: str
    key: str
    on_day: date
    at: datetime | None = None
    stated: date | None = None


@dataclass(frozen=True, slots=True)
class VisitMade:
    """A visit, as `scheduler.subjects.Visit`; `root_id` names it through all corrections."""

    root_id: str
    form_id: str
    visit_date: date
    entered_at: datetime
    mode: str | None
    outcome: str | None
    role: str
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Dossier:
    """All of a subject that rules may ask for. Spells are (name, since, until); `entered_at` is
    None for an area, which was always there."""

    whose: Whose
    entered_at: datetime | None
    household_id: int | None = None
    birth_date: date | None = None
    left_on: date | None = None
    tags: tuple[tuple[str, date, date | None], ...] = ()
    tiers: tuple[tuple[str, date, date | None], ...] = ()
    days: tuple[tuple[str, date], ...] = ()
    events: tuple[EventTold, ...] = ()
    visits: tuple[VisitMade, ...] = ()
    members: tuple[Dossier, ...] = field(default=())


class Facts:
    """Reads dossiers, and writes what forms tell."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name

    # --- reading ---------------------------------------------------------------------------------

    async def dossier(self, kind: str, number: int, code: str = "") -> Dossier | None:
        """The dossier of a person, of a household with its people, or of the area `code`."""
        if kind == "person":
            found = await self._people(kind, number)
            return found[0] if found else None
        whose = await self._whose(kind, number, code)
        if whose is None:
            return None
        of, entered_at = whose
        home = of.id if kind == "household" else None
        days = await queries.DAYS.all(self._connection, {"kind": kind, "number": number})
        return Dossier(
            whose=of,
            entered_at=entered_at,
            household_id=home,
            days=tuple((row["name"], row["day"]) for row in days),
            events=await self._events(of),
            visits=await self._visits_in(home) if home else (),
            members=tuple(await self._people(kind, home)) if home else (),
        )

    async def whose(self, kind: str, number: int) -> tuple[Whose, int] | None:
        """The subject of a person or a household, and the id of the household."""
        row = await queries.WHOSE[kind].first(self._connection, {"number": number})
        return (Whose(kind, number, row["area_code"]), row["household_id"]) if row else None

    async def _whose(
        self, kind: str, number: int, code: str
    ) -> tuple[Whose, datetime | None] | None:
        if kind == "area":
            found = await self._connection.execute(select(area.c.code).where(area.c.code == code))
            return (Whose(kind, NO_ONE, code), None) if found.first() else None
        row = await queries.HOME.first(self._connection, {"number": number})
        return (Whose(kind, number, row["area_code"]), row["created_at"]) if row else None

    async def _people(self, kind: str, number: int) -> list[Dossier]:
        """A person, or those of a household."""
        told = {"number": number}
        tags = await self._spells(queries.TAGS[kind], told)
        tiers = await self._spells(queries.TIERS[kind], told)
        days: dict[int, list[tuple[str, date]]] = defaultdict(list)
        for row in await queries.PEOPLES_DAYS[kind].all(self._connection, told):
            days[row["subject_id"]].append((row["name"], row["day"]))
        found = []
        for row in await queries.PEOPLE[kind].all(self._connection, told):
            whose = Whose("person", row["id"], row["area_code"])
            visits = await queries.VISITS_TO.all(self._connection, {"number": whose.id})
            found.append(
                Dossier(
                    whose=whose,
                    entered_at=row["created_at"],
                    household_id=row["household_id"],
                    birth_date=row["birth_date"],
                    left_on=row["left_on"],
                    tags=tuple(tags[whose.id]),
                    tiers=tuple(tiers[whose.id]),
                    days=tuple(days[whose.id]),
                    events=await self._events(whose),
                    visits=_made(visits),
                )
            )
        return found

    async def _spells(
        self, query: Ready, told: Mapping[str, int]
    ) -> dict[int, list[tuple[str, date, date | None]]]:
        found: dict[int, list[tuple[str, date, date | None]]] = defaultdict(list)
        for row in await query.all(self._connection, told):
            found[row["person_id"]].append((row["name"], row["since"], row["until"]))
        return found

    async def _events(self, whose: Whose) -> tuple[EventTold, ...]:
        told = {"kind": whose.kind, "number": whose.id, "code": whose.area_code}
        rows = await queries.EVENTS.all(self._connection, told)
        return tuple(EventTold(**row) for row in rows)

    async def _visits(self, which: ColumnElement[bool]) -> tuple[VisitMade, ...]:
        query = select(*(visit.c[name] for name in queries.VISIT)).where(which)
        ordered = query.order_by(visit.c.entered_at, visit.c.root_id)
        rows = await self._connection.execute(ordered)
        return _made(row._mapping for row in rows)

    async def _visits_in(self, home: int) -> tuple[VisitMade, ...]:
        return _made(await queries.VISITS_IN.all(self._connection, {"home": home}))

    # --- writing ---------------------------------------------------------------------------------

    async def add_visit(self, whose: Whose, made: VisitMade, by: int, home: int | None) -> None:
        """Keep a visit of the account `by`, or what a correction made of it: when it was first
        handed in, and by whom, stays."""
        values = {name: getattr(made, name) for name in queries.VISIT}
        values |= {"area_code": whose.area_code, "subject_kind": whose.kind, "subject_id": whose.id}
        values |= {"account_id": by, "household_id": home}
        await queries.put_visit(self._dialect).run(self._connection, values)

    async def visit(self, root_id: str) -> VisitMade | None:
        """A visit that was kept."""
        found = await self._visits(visit.c.root_id == root_id)
        return found[0] if found else None

    async def visits_after(self, whose: Whose, entered: datetime) -> Sequence[VisitMade]:
        """The visits to a subject that were handed in after a moment, in order of their entry."""
        same = and_(visit.c.subject_kind == whose.kind, visit.c.subject_id == whose.id)
        there = and_(same, visit.c.area_code == whose.area_code) if whose.id == NO_ONE else same
        return await self._visits(and_(there, visit.c.entered_at > entered))

    async def visits_by(
        self, account_id: int, first: date, last: date | None
    ) -> Sequence[VisitMade]:
        """The visits that an account made from `first` to `last`, in order of their entry."""
        return await self._visits(and_(visit.c.account_id == account_id, _between(first, last)))

    async def visits_around(self, code: str, first: date, last: date | None) -> Sequence[VisitMade]:
        """What was handed in without a subject from `first` to `last` by those who serve the area
        `code` or one in it, in order of entry."""
        reports = and_(visit.c.subject_kind == "area", within(visit.c.area_code, code))
        return await self._visits(and_(reports, _between(first, last)))

    async def tell(self, whose: Whose, event: EventTold) -> None:
        """Something happened to the subject; told twice it happened once."""
        key = ["subject_kind", "subject_id", "area_code", "key"]
        put = insert_if_new(self._dialect, subject_event, key).values(
            subject_kind=whose.kind,
            subject_id=whose.id,
            area_code=whose.area_code,
            name=event.name,
            key=event.key,
            on_day=event.on_day,
            at=event.at,
            stated=event.stated,
        )
        await self._connection.execute(put)

    async def take_back(self, person_id: int | None, root_id: str, key: str) -> None:
        """Undo what a former version of a record told: its events, whose keys begin with `key`, and
        that somebody left, unless that is confirmed."""
        await self._connection.execute(
            delete(subject_event).where(subject_event.c.key.startswith(key, autoescape=True))
        )
        if person_id is not None:
            told = and_(departure.c.person_id == person_id, departure.c.root_id == root_id)
            unconfirmed = and_(told, departure.c.confirmed_at.is_(None))
            await self._connection.execute(delete(departure).where(unconfirmed))

    async def leaves(
        self, person_id: int, kind: str, on_day: date, root_id: str, now: datetime
    ) -> None:
        """A form told that somebody moved away or died; nothing changes before it is confirmed."""
        put = upsert(
            *(self._dialect, departure, ["person_id"]),
            ["kind", "on_day", "root_id", "told_at", "confirmed_at", "confirmed_by"],
        )
        row = {"person_id": person_id, "kind": kind, "on_day": on_day, "root_id": root_id}
        row |= {"told_at": now, "confirmed_at": None, "confirmed_by": None}
        await self._connection.execute(put.values(row))

    async def confirm(self, person_id: int, by: int, now: datetime) -> str | None:
        """A supervisor confirms it: who left is no longer in the register. What it was; None if
        nothing waits for them."""
        waiting = and_(departure.c.person_id == person_id, departure.c.confirmed_at.is_(None))
        query = select(departure.c.kind, departure.c.on_day).where(waiting).with_for_update()
        row = (await self._connection.execute(query)).first()
        if row is None:
            return None
        done = {"confirmed_at": now, "confirmed_by": by}
        await self._connection.execute(update(departure).where(waiting).values(done))
        gone = {"state": row.kind, "left_on": row.on_day}
        await self._connection.execute(update(person).where(person.c.id == person_id).values(gone))
        kind: str = row.kind
        return kind


def _made(rows: Iterable[Mapping[Any, Any]]) -> tuple[VisitMade, ...]:
    return tuple(VisitMade(**row) for row in rows)


def _between(first: date, last: date | None) -> ColumnElement[bool]:
    since = visit.c.visit_date >= first
    return since if last is None else and_(since, visit.c.visit_date <= last)
