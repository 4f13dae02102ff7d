"""Classes of people, tags and tiers, as records begin and end them, and the days that they tell.

Each spell knows the record that began it and the one that ended it, by the root of its versions: a
correction takes both back.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, Table, and_, delete, func, or_, select, update

from storage.connection import Connection
from storage.dialects import insert_if_new, upsert
from storage.obligation_tables import person_tier, subject_day
from storage.tables import person_tag

SPELLS: Final[dict[str, Table]] = {"tag": person_tag, "tier": person_tier}


class Spells:
    """Begins and ends them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name

    async def begin(self, what: str, person_id: int, name: str, day: date, source: str) -> None:
        """A tag or a tier (`what`) begins on `day`, unless it is in force already."""
        table = SPELLS[what]
        query = select(table.c.since).where(_open(table, person_id, name))
        if (await self._connection.execute(query)).first():
            return
        key = ["person_id", what, "since"]
        put = upsert(self._dialect, table, key, ["until", "ended_by"])
        row = {"person_id": person_id, what: name, "since": day, "source": source}
        await self._connection.execute(put.values(row | {"until": None, "ended_by": None}))

    async def end(
        self,
        what: str,
        person_id: int,
        name: str,
        day: date,
        *,
        source: str | None = None,
        but: str | None = None,
    ) -> None:
        """A tag or a tier (`what`) ends on `day`, or on its first day if that is later. `name` may
        be that of a family of tiers with a dot at its end; the tier `but` goes on."""
        table = SPELLS[what]
        since, which = table.c.since, _open(table, person_id, name)
        if but is not None:
            which = and_(which, table.c[what] != but)
        for value, when in ((day, since <= day), (since, since > day)):
            done = update(table).where(which, when).values(until=value, ended_by=source)
            await self._connection.execute(done)

    async def add_day(self, kind: str, number: int, name: str, day: date, source: str) -> None:
        """A named day of a subject, which rules count from."""
        key = ["subject_kind", "subject_id", "name", "day"]
        put = insert_if_new(self._dialect, subject_day, key)
        row = {"subject_kind": kind, "subject_id": number, "name": name, "day": day}
        await self._connection.execute(put.values(row | {"source": source}))

    async def take_back(self, kind: str, number: int, source: str, day: date) -> None:
        """Undo what a record of the day `day` told of a subject: its days and classes go, and those
        that it ended go on, until the next of the same kind began."""
        theirs = and_(subject_day.c.subject_kind == kind, subject_day.c.subject_id == number)
        days = delete(subject_day).where(theirs, subject_day.c.source == source)
        await self._connection.execute(days)
        if kind == "person":
            for what in SPELLS:
                await self._take_back(what, number, source, day)

    async def _take_back(self, what: str, person_id: int, source: str, day: date) -> None:
        table = SPELLS[what]
        own = and_(table.c.person_id == person_id, table.c.source == source)
        await self._connection.execute(delete(table).where(own))
        ended = and_(
            table.c.person_id == person_id,
            table.c.ended_by == source,
            or_(table.c.until == day, table.c.until == table.c.since),  # as it was ended then
        )
        columns = (table.c[what], table.c.since)
        for name, since in (await self._connection.execute(select(*columns).where(ended))).all():
            family = name.partition(".")[0] + "." if what == "tier" else name
            later = select(func.min(table.c.since)).where(
                table.c.person_id == person_id, _named(table, family), table.c.since > since
            )
            until = (await self._connection.execute(later)).scalar()
            same = and_(table.c[what] == name, table.c.since == since)
            back = update(table).where(ended, same).values(until=until, ended_by=None)
            await self._connection.execute(back)


def _open(table: Table, person_id: int, name: str) -> ColumnElement[bool]:
    """The spells of a name, or of a family of tiers, that are in force."""
    return and_(table.c.person_id == person_id, _named(table, name), table.c.until.is_(None))


def _named(table: Table, name: str) -> ColumnElement[bool]:
    column = table.c.tag if table is person_tag else table.c.tier
    return column.startswith(name, autoescape=True) if name.endswith(".") else column == name
