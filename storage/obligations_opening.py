"""Opens a period for everybody whom it concerns: `INSERT … SELECT` over the register, in chunks.

A chunk is a run of subjects by id, and how far a period has come is kept with it: what was cut off
goes on there, and who is entered later is found beyond it. Doing a chunk twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Date, Select, and_, func, literal, or_, select, true

from storage.connection import Connection
from storage.dialects import insert_if_new, upsert
from storage.obligation_tables import NO_ONE, obligation, opening, review, tick_mark
from storage.obligations_crowd import SOURCES, Crowd, Day, owner
from storage.tables import account, household, person

IDENTITY: Final = ("area_code", "subject_kind", "subject_id", "rule_id", "period_key")
"""What one obligation is told from all others by."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the obligations of a period have in common: the rule, the period and its window."""

    rule_id: str
    rule_version: int
    rule_region: str
    period_key: str
    first: date
    last: date
    opens: datetime
    due_soon: datetime
    due: datetime
    overdue: datetime
    closes: datetime | None
    opens_on: date
    due_on: date
    counts_until: date | None
    due_at: datetime | None
    provisional: bool
    role: str
    leaves_on: date | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A run of subjects: ids after `after` up to `up_to`, entered in the register from `since` on
    and before `before` (None: whenever)."""

    after: int
    up_to: int
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a period of a rule has been opened; the key is empty for a rule as a whole."""

    rule_id: str
    rule_region: str
    period_key: str
    rule_version: int
    reached: int


class Openings:
    """Opens periods, and remembers how far it came."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name

    async def newest(self) -> Mapping[str, int]:
        """The highest id of each kind of subject that has ids."""
        tables = {"person": person, "household": household, "worker": account}
        columns = [select(func.max(one.c.id)).scalar_subquery() for one in tables.values()]
        found = (await self._connection.execute(select(*columns))).one()
        return {kind: value or 0 for kind, value in zip(tables, found, strict=True)}

    async def progress(self) -> Mapping[tuple[str, str, str], int]:
        """The last id that was reached, by rule, region and period."""
        key = (opening.c.rule_id, opening.c.rule_region, opening.c.period_key)
        rows = await self._connection.execute(select(*key, opening.c.reached))
        return {(rule, region, period): reached for rule, region, period, reached in rows}

    async def reach(self, progress: Progress) -> None:
        """Remember how far it came."""
        key = ["rule_id", "rule_region", "period_key"]
        put = upsert(self._dialect, opening, key, ["reached", "rule_version"])
        await self._connection.execute(put.values(**asdict(progress)))

    async def marked(self, name: str) -> date | None:
        """The day up to which the tick `name` has done all of its work."""
        query = select(tick_mark.c.day).where(tick_mark.c.name == name)
        return (await self._connection.execute(query)).scalar()

    async def mark(self, name: str, day: date) -> None:
        """All of the tick's work is done up to `day`."""
        put = upsert(self._dialect, tick_mark, ["name"], ["day"]).values(name=name, day=day)
        await self._connection.execute(put)

    async def entered(self, kind: str, run: Run) -> tuple[datetime, datetime] | None:
        """When the first and the last of a run of subjects were entered."""
        created = SOURCES[kind].c.created_at
        query = select(func.min(created), func.max(created)).where(_of(kind, run))
        first, last = (await self._connection.execute(query)).one()
        return None if first is None else (first, last)

    async def open(
        self, crowd: Crowd, days: Sequence[Day], terms: Terms, roles: Sequence[str], run: Run
    ) -> int:
        """Open a period for those of a run who belong to `crowd` on each of `days`; how many are
        new. `roles` owe it, the later ones where nobody has the earlier."""
        given = asdict(terms)
        columns = obligation.c
        values = [literal(value, columns[name].type) for name, value in given.items()]
        chosen = _subject(crowd.kind, *values, owner(crowd.kind, roles))
        query = chosen.where(_of(crowd.kind, run), crowd.where(days))
        put = insert_if_new(self._dialect, obligation, IDENTITY)
        names = [*_SUBJECT, *given, "account_id"]
        done = await self._connection.execute(put.from_select(names, query, include_defaults=False))
        return done.rowcount

    async def enrol(
        self, crowd: Crowd, day: Day, run: Run, on: date, births: Sequence[tuple[date, date]] = ()
    ) -> int:
        """Have those of a run who belong to `crowd` on `day` looked at one by one on the day `on`;
        with `births` only those born after the first and up to the second of a pair. Returns how
        many are new."""
        table = SOURCES[crowd.kind]
        chosen = select(literal(crowd.kind), table.c.id, literal(on, Date))
        query = chosen.where(_of(crowd.kind, run), crowd.where([day]), _born(crowd.kind, births))
        key = ["subject_kind", "subject_id"]
        put = upsert(self._dialect, review, key, ["on_day"], where=review.c.on_day > on)
        names = ["subject_kind", "subject_id", "on_day"]
        return (await self._connection.execute(put.from_select(names, query))).rowcount


_SUBJECT: Final = ("area_code", "subject_kind", "subject_id", "household_id")


def _subject(kind: str, *values: ColumnElement[Any]) -> Select[Any]:
    table = SOURCES[kind]
    code = table.c.code if kind == "area" else table.c.area_code
    number = literal(NO_ONE) if kind == "area" else table.c.id
    homes = {"person": person.c.household_id, "household": household.c.id}
    home = homes.get(kind, literal(None, obligation.c.household_id.type))
    return select(code, literal(kind), number, home, *values).select_from(table)


def _of(kind: str, run: Run) -> ColumnElement[bool]:
    if kind == "area":
        return true()
    table = SOURCES[kind]
    conditions = [table.c.id > run.after, table.c.id <= run.up_to]
    if run.since is not None:
        conditions.append(table.c.created_at >= run.since)
    if run.before is not None:
        conditions.append(table.c.created_at < run.before)
    return and_(*conditions)


def _born(kind: str, births: Sequence[tuple[date, date]]) -> ColumnElement[bool]:
    if not births:
        return true()
    people = person if kind == "person" else person.alias("born")
    ranges = or_(
        *(
            and_(people.c.birth_date > after, people.c.birth_date <= up_to)
            for after, up_to in births
        )
    )
    if kind == "person":
        return ranges
    home = select(people.c.id).where(people.c.household_id == household.c.id, ranges)
    return home.exists()
