"""Opens a period for everybody whom it concerns: `INSERT … SELECT` over the register, in chunks.

A chunk is a run of subjects by id, and how far a period has come is kept with it: what was cut off
goes on there, and who is entered later is found beyond it. Doing a chunk twice changes nothing.

To write such a statement takes longer than to insert a hundred rows by it. So each is written once
for a period, and what changes from run to run are its parameters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    text,
    true,
)

from storage.arrivals import settled
from storage.connection import Connection
from storage.dialects import insert_if_new, upsert
from storage.obligation_tables import NO_ONE, obligation, opening, review, tick_mark
from storage.obligations_crowd import SOURCES, Crowd, Day, area_of, owners
from storage.ready import Ready
from storage.tables import account, household, person

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

IDENTITY: Final = ("area_code", "subject_kind", "subject_id", "rule_id", "period_key")
"""What one obligation is told from all others by."""

_EVER: Final = datetime(1, 1, 2, tzinfo=UTC)
_NEVER: Final = datetime(9999, 12, 30, tzinfo=UTC)


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
    and before `before`. Areas have no ids, and every run takes all of them."""

    after: int
    up_to: int
    since: datetime = _EVER
    before: datetime = _NEVER


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a period of a rule has been opened, from its day `first` on, by the rule of this
    `fingerprint`. Up to the subject `former` it had been opened by another one before. The key of
    a rule that makes no periods of the calendar names its version."""

    rule_id: str
    rule_region: str
    period_key: str
    rule_version: int
    fingerprint: str
    first: date | None = None
    reached: int = 0
    former: int = 0

    @property
    def place(self) -> tuple[str, str, str]:
        """What it is the progress of: rule, region and period."""
        return self.rule_id, self.rule_region, self.period_key


class Openings:
    """Opens periods, and remembers how far it came."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name

    async def prepare(self) -> None:
        """Have PostgreSQL run its plans as they are. It would think a run dear enough to compile
        each plan first, which takes longer than the run."""
        if self._dialect == "postgresql":
            await self._connection.execute(text("SET LOCAL jit = off"))

    async def newest(self) -> Mapping[str, int] | None:
        """The highest id of each kind of subject that has ids; None while somebody enters subjects,
        whose ids may be lower."""
        if not await settled(self._connection):
            return None
        tables = {"person": person, "household": household, "worker": account}
        columns = [select(func.max(one.c.id)).scalar_subquery() for one in tables.values()]
        found = (await self._connection.execute(select(*columns))).one()
        return {kind: value or 0 for kind, value in zip(tables, found, strict=True)}

    async def progress(self) -> Mapping[tuple[str, str, str], Progress]:
        """How far everything has come, by rule, region and period."""
        columns = [opening.c[name] for name in Progress.__dataclass_fields__]
        rows = await self._connection.execute(select(*columns))
        found = (Progress(*row) for row in rows)
        return {one.place: one for one in found}

    async def reach(self, progress: Progress) -> None:
        """Remember how far it came."""
        await _reaching(self._dialect).run(self._connection, values_of(progress))

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
        found = await _entered(self._dialect, kind).first(self._connection, values_of(run))
        if found is None or found["first"] is None:
            return None
        return found["first"], found["last"]

    async def open(
        self,
        crowd: Crowd,
        days: Sequence[Day],
        terms: Terms,
        roles: Sequence[str],
        run: Run,
        *,
        settled: bool = False,
    ) -> int:
        """Open a period for those of a run who belong to `crowd` on each of `days`; how many are
        new. `roles` owe it, the later ones where nobody has the earlier. `settled` if some may have
        it already where they lived when it was settled."""
        ready = _opening(self._dialect, crowd, tuple(days), tuple(roles), settled)
        return await ready.run(self._connection, values_of(run, terms))

    async def enrol(
        self, crowd: Crowd, day: Day, run: Run, on: date, births: Sequence[tuple[date, date]] = ()
    ) -> int:
        """Have those of a run who belong to `crowd` on `day` looked at one by one on the day `on`;
        with `births` only those born after the first and up to the second of a pair. Returns how
        many are new."""
        ready = _enrolling(self._dialect, crowd, day, on, tuple(births))
        return await ready.run(self._connection, values_of(run))


def values_of(*given: DataclassInstance) -> dict[str, Any]:
    """What they hold, as parameters. `dataclasses.asdict` would copy each day of it."""
    return {name: getattr(one, name) for one in given for name in one.__dataclass_fields__}


def run_of(kind: str, dialect: str) -> ColumnElement[bool]:
    """The rows of the kind's table that a `Run`, given as parameters, takes."""
    return and_(ids_of(kind, dialect), entered_in(kind))


def ids_of(kind: str, dialect: str) -> ColumnElement[bool]:
    """The rows of the kind's table within the ids of a `Run`.

    For PostgreSQL they stand in the text, so that it plans for this run. After five runs it would
    change over to a plan for any run, which is one for the whole table and takes five times as
    long. `plan_cache_mode` is no cure: it would hold for the checks of foreign keys, too, and have
    one planned anew for each row, which doubles what a row costs.
    """
    if kind == "area":
        return true()
    one, in_text = SOURCES[kind].c.id, dialect == "postgresql"
    after, up_to = (
        bindparam(name, type_=one.type, literal_execute=in_text) for name in ("after", "up_to")
    )
    return and_(one > after, one <= up_to)


def entered_in(kind: str) -> ColumnElement[bool]:
    """The rows of the kind's table that were entered in the time of a `Run`."""
    if kind == "area":
        return true()
    one = SOURCES[kind].c.created_at
    since, before = (bindparam(name, type_=one.type) for name in ("since", "before"))
    return and_(one >= since, one < before)


def to_review(dialect: str, chosen: Select[Any], on: date) -> Ready:
    """Have subjects (kind, id, day) looked at on a day, if they are not before."""
    key = ["subject_kind", "subject_id"]
    put = upsert(dialect, review, key, ["on_day"], where=review.c.on_day > on)
    return Ready(put.from_select([*key, "on_day"], chosen))


# --- statements, each of them written once --------------------------------------------------------

_SUBJECT: Final = ("area_code", "subject_kind", "subject_id", "household_id")
_PERIOD: Final = ("rule_id", "period_key")
_MOVING: Final = ("person", "household")
"""The kinds of subjects that move from one area to another."""


@lru_cache(maxsize=64)
def _opening(
    dialect: str, crowd: Crowd, days: tuple[Day, ...], roles: tuple[str, ...], settled: bool
) -> Ready:
    given = list(Terms.__dataclass_fields__)
    values = [bindparam(name, type_=obligation.c[name].type) for name in given]
    where = and_(run_of(crowd.kind, dialect), crowd.where(days))
    chosen = _subject(crowd.kind, *values).where(where)
    if settled and crowd.kind in _MOVING:
        chosen = chosen.where(~_has_anywhere(crowd.kind))
    if crowd.kind == "worker":  # their own quota
        chosen = chosen.add_columns(account.c.id)
    else:
        owes = owners(crowd.kind, roles, run_of(crowd.kind, dialect))
        chosen = chosen.add_columns(owes.c.account_id).where(owes.c.code == area_of(crowd.kind))
    names = [*_SUBJECT, *given, "account_id"]
    put = insert_if_new(dialect, obligation, IDENTITY)
    return Ready(put.from_select(names, chosen, include_defaults=False))


def _has_anywhere(kind: str) -> ColumnElement[bool]:
    """Whether a subject has the period, wherever it lived: what is settled stays behind."""
    one = obligation.alias("anywhere").c
    same = [one[name] == bindparam(name, type_=one[name].type) for name in _PERIOD]
    mine = and_(one.subject_kind == kind, one.subject_id == SOURCES[kind].c.id)
    return select(one.id).where(*same, mine).exists()


def _subject(kind: str, *values: ColumnElement[Any]) -> Select[Any]:
    table = SOURCES[kind]
    number = literal(NO_ONE) if kind == "area" else table.c.id
    homes = {"person": person.c.household_id, "household": household.c.id}
    home = homes.get(kind, literal(None, obligation.c.household_id.type))
    return select(area_of(kind), literal(kind), number, home, *values)


@lru_cache(maxsize=64)
def _enrolling(
    dialect: str, crowd: Crowd, day: Day, on: date, births: tuple[tuple[date, date], ...]
) -> Ready:
    chosen = select(literal(crowd.kind), SOURCES[crowd.kind].c.id, literal(on, Date))
    where = (run_of(crowd.kind, dialect), crowd.where([day]), _born(crowd.kind, births))
    return to_review(dialect, chosen.where(*where), on)


@lru_cache
def _entered(dialect: str, kind: str) -> Ready:
    created = SOURCES[kind].c.created_at
    columns = func.min(created).label("first"), func.max(created).label("last")
    return Ready(select(*columns).where(run_of(kind, dialect)))


@lru_cache
def _reaching(dialect: str) -> Ready:
    names = list(Progress.__dataclass_fields__)
    key = ["rule_id", "rule_region", "period_key"]
    return Ready(upsert(dialect, opening, key, [one for one in names if one not in key]), *names)


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
