"""Classes of people, tags and tiers, as records begin and end them, and the days that they tell.

Each spell knows the record that began it and the one that ended it, by the root of its versions: a
correction takes both back. What a second record says as well, be it that something began or that it
ended, is kept beside it, and holds when the first one does not say it any more.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Table, and_, delete, func, or_, select, update

from storage.connection import Connection
from storage.dialects import insert_if_new, upsert
from storage.obligation_tables import person_tier, retelling, subject_day
from storage.tables import person_tag

SPELLS: Final[dict[str, Table]] = {"tag": person_tag, "tier": person_tier}

_END: Final = {"tag": "untag", "tier": "untier"}
"""How it is called what a second record says of an end."""

_Told = tuple[str, int, str]  # the kind and the id of a subject, and the name of what is told


class Spells:
    """Begins and ends them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name

    async def begin(self, what: str, person_id: int, name: str, day: date, source: str) -> None:
        """A tag or a tier (`what`) begins on `day`, unless it is in force already."""
        table = SPELLS[what]
        told = ("person", person_id, name)
        query = select(table.c.since, table.c.source).where(_named(table, person_id, name))
        is_open = query.where(table.c.until.is_(None))
        if found := (await self._connection.execute(is_open)).first():
            if found.source != source:
                await self._tell_too(what, told, max(day, found.since), source)
            return
        former = (await self._connection.execute(query.where(table.c.since == day))).first()
        if former is not None:
            await self._forget_ends(what, told, day)
            if former.source != source:
                await self._tell_too(what, told, day, former.source)
        key = ["person_id", what, "since"]
        put = upsert(self._dialect, table, key, ["until", "source", "ended_by"])
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
        table, ended = SPELLS[what], 0
        since, which = table.c.since, _named(table, person_id, name)
        if but is not None:
            which = and_(which, table.c[what] != but)
        for value, when in ((day, since <= day), (since, since > day)):
            change = update(table).where(which, when, table.c.until.is_(None))
            done = await self._connection.execute(change.values(until=value, ended_by=source))
            ended += done.rowcount
        if source is not None and not ended:
            await self._end_too(what, person_id, which, day, source)

    async def add_day(self, kind: str, number: int, name: str, day: date, source: str) -> None:
        """A named day of a subject, which rules count from."""
        key = ["subject_kind", "subject_id", "name", "day"]
        put = insert_if_new(self._dialect, subject_day, key)
        row = {"subject_kind": kind, "subject_id": number, "name": name, "day": day}
        if (await self._connection.execute(put.values(row | {"source": source}))).rowcount:
            return
        same = and_(*(subject_day.c[column] == value for column, value in row.items()))
        first = (await self._connection.execute(select(subject_day.c.source).where(same))).scalar()
        if first != source:
            await self._tell_too("day", (kind, number, name), day, source)

    async def take_back(self, kind: str, number: int, source: str, day: date) -> None:
        """Undo what a record of the day `day` told of a subject: its days and classes go, and those
        that it ended go on, until the next of the same kind began."""
        one = retelling.c
        too = and_(one.subject_kind == kind, one.subject_id == number, one.source == source)
        await self._connection.execute(delete(retelling).where(too))
        await self._take_days_back(kind, number, source)
        if kind == "person":
            for what in SPELLS:
                await self._take_back(what, number, source, day)

    async def _take_days_back(self, kind: str, number: int, source: str) -> None:
        one = subject_day.c
        own = and_(one.subject_kind == kind, one.subject_id == number, one.source == source)
        told = (await self._connection.execute(select(one.name, one.day).where(own))).all()
        for name, day in told:
            same = and_(own, one.name == name, one.day == day)
            heir = await self._heir("day", (kind, number, name), retelling.c.day == day)
            change: Any = delete(subject_day)
            if heir is not None:
                change = update(subject_day).values(source=heir.source)
            await self._connection.execute(change.where(same))

    async def _take_back(self, what: str, person_id: int, source: str, day: date) -> None:
        table = SPELLS[what]
        own = and_(table.c.person_id == person_id, table.c.source == source)
        begun = (await self._connection.execute(select(table).where(own))).all()
        await self._connection.execute(delete(table).where(own))
        for one in begun:
            await self._hand_down(what, one._asdict())
        ended = and_(
            table.c.person_id == person_id,
            table.c.ended_by == source,
            or_(table.c.until == day, table.c.until == table.c.since),  # as it was ended then
        )
        columns = (table.c[what], table.c.since)
        for name, since in (await self._connection.execute(select(*columns).where(ended))).all():
            family = name.partition(".")[0] + "." if what == "tier" else name
            later = select(func.min(table.c.since)).where(
                _named(table, person_id, family), table.c.since > since
            )
            until, by = (await self._connection.execute(later)).scalar(), None
            within = retelling.c.day >= since
            if until is not None:
                within = and_(within, retelling.c.day <= until)
            if heir := await self._heir(_END[what], ("person", person_id, name), within):
                until, by = heir.day, heir.source
            same = and_(table.c[what] == name, table.c.since == since)
            back = update(table).where(ended, same).values(until=until, ended_by=by)
            await self._connection.execute(back)

    # --- what a second record says as well -------------------------------------------------------

    async def _tell_too(self, what: str, of: _Told, day: date, source: str) -> None:
        kind, number, name = of
        row = {"what": what, "subject_kind": kind, "subject_id": number, "name": name, "day": day}
        put = insert_if_new(self._dialect, retelling, [*row, "source"])
        await self._connection.execute(put.values(row | {"source": source}))

    async def _end_too(
        self, what: str, person_id: int, which: ColumnElement[bool], day: date, source: str
    ) -> None:
        """The last of these spells is over already: if another record ended it, this one does so
        too."""
        table = SPELLS[what]
        query = select(table.c[what].label("name"), table.c.since, table.c.ended_by).where(which)
        newest = query.order_by(table.c.since.desc()).limit(1)
        last = (await self._connection.execute(newest)).first()
        if last is not None and last.ended_by not in (None, source):
            told = ("person", person_id, last.name)
            await self._tell_too(_END[what], told, max(day, last.since), source)

    async def _forget_ends(self, what: str, of: _Told, day: date) -> None:
        """A spell that began on `day` and was over begins anew: that it ended on that day, as
        second records said, does not hold any more."""
        one, (kind, number, name) = retelling.c, of
        ends = and_(one.what == _END[what], one.subject_kind == kind, one.subject_id == number)
        stale = and_(ends, one.name == name, one.day == day)
        await self._connection.execute(delete(retelling).where(stale))

    async def _hand_down(self, what: str, spell: dict[str, Any]) -> None:
        """A spell was taken back: from the day on that another record says it from, it stays."""
        since, until = spell["since"], spell["until"]
        within = retelling.c.day >= since
        if until is not None:
            within = and_(within, retelling.c.day < until)
        heir = await self._heir(what, ("person", spell["person_id"], spell[what]), within)
        if heir is not None:
            put = insert_if_new(self._dialect, SPELLS[what], ["person_id", what, "since"])
            left = spell | {"since": heir.day, "source": heir.source}
            await self._connection.execute(put.values(left))

    async def _heir(self, what: str, of: _Told, which: ColumnElement[bool]) -> Row[Any, Any] | None:
        """The first other record that says it, which is the one to say it from now on."""
        one, (kind, number, name) = retelling.c, of
        same = and_(one.subject_kind == kind, one.subject_id == number, one.name == name)
        query = select(one.day, one.source).where(one.what == what, same, which)
        found = (await self._connection.execute(query.order_by(one.day, one.source))).first()
        if found is not None:
            its = and_(one.what == what, same, one.day == found.day, one.source == found.source)
            await self._connection.execute(delete(retelling).where(its))
        return found


def _named(table: Table, person_id: int, name: str) -> ColumnElement[bool]:
    """The spells of a name, or of a family of tiers with a dot at its end, of a person."""
    column = table.c.tag if table is person_tag else table.c.tier
    of_name = column.startswith(name, autoescape=True) if name.endswith(".") else column == name
    return and_(table.c.person_id == person_id, of_name)
