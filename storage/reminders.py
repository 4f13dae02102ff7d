"""Rungs of ladders that have come: for whom, how they are to be told, and what became of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, bindparam, literal_column, or_, select, update

from storage.connection import Connection
from storage.dialects import insert_if_new
from storage.obligation_tables import obligation
from storage.reminder_tables import reminder

KEY: Final = ("obligation_id", "rung", "n", "account_id")
WAITING, TOLD, RIDES, DROPPED, UNHEARD = "waiting", "told", "rides", "dropped", "unheard"
"""To be told; told in a message; rides in the digest; over before it was told; nobody to tell."""


class Course(NamedTuple):
    """What the rungs of an obligation are worked out from. Many have it in common."""

    rule_id: str
    rule_version: int
    rule_region: str
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


class Climber(NamedTuple):
    """An open obligation whose next rung has come; `rung_at` is None if none was worked out yet."""

    id: int
    area_code: str
    account_id: int | None
    rung_at: datetime | None
    course: Course


@dataclass(frozen=True, slots=True)
class Noted:
    """A rung for one reader, to be kept."""

    obligation_id: int
    rung: str
    n: int
    account_id: int
    at: datetime
    noted_at: datetime
    reader: str
    how: str
    state: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A rung that waits to be told. `over` if its obligation has ended, or is another's now."""

    obligation_id: int
    rung: str
    n: int
    at: datetime
    noted_at: datetime
    reader: str
    how: str
    due: datetime
    over: bool


_CLIMBER: Final = tuple(obligation.c[name] for name in (*Climber._fields[:-1], *Course._fields))
_OPEN: Final = obligation.c.ended.is_(None)
# In words, not as a parameter: the index that holds only these rows is found by it.
WAITS: Final = reminder.c.state == literal_column("'waiting'")


class Reminders:
    """Keeps rungs, and reads those that wait."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- climbing --------------------------------------------------------------------------------

    async def to_climb(self, now: datetime, limit: int, *, fresh: bool) -> list[Climber]:
        """Some obligations whose next rung has come by `now`, locked; those for which none was
        worked out yet with `fresh`."""
        at = obligation.c.rung_at
        query = select(*_CLIMBER).where(_OPEN, at.is_(None) if fresh else at <= now)
        some = query.order_by(at, obligation.c.id).limit(limit).with_for_update(skip_locked=True)
        rows = await self._connection.execute(some)
        return [Climber(row[0], row[1], row[2], row[3], Course(*row[4:])) for row in rows]

    async def noted(self, ids: Collection[int]) -> set[tuple[int, str, int]]:
        """The rungs of some obligations that have been noted: obligation, rung, n."""
        one = reminder.c
        query = select(one.obligation_id, one.rung, one.n).where(one.obligation_id.in_(list(ids)))
        return {(number, rung, n) for number, rung, n in await self._connection.execute(query)}

    async def note(self, rungs: Iterable[Noted]) -> None:
        """Keep rungs; those that are kept already stay as they are."""
        if rows := [asdict(one) for one in rungs]:
            put = insert_if_new(self._connection.dialect.name, reminder, KEY)
            await self._connection.execute(put, rows)

    async def climb(self, following: Mapping[datetime, Sequence[int]]) -> None:
        """Set when the next rung of obligations comes."""
        for at, ids in following.items():
            await self._connection.execute(
                update(obligation).where(obligation.c.id.in_(ids)).values(rung_at=at)
            )

    # --- telling ---------------------------------------------------------------------------------

    async def readers(
        self, after: int, limit: int, due: tuple[datetime, datetime] | None
    ) -> list[int]:
        """Some accounts from above `after` that wait for a message of its own. With `due` only what
        is urgent counts, and what is due after the first moment and up to the second."""
        one = reminder.c
        query = select(one.account_id).distinct().where(WAITS, one.account_id > after)
        if due is None:
            query = query.where(one.how.in_(["alone", "urgent"]))
        else:
            soon = and_(obligation.c.due > due[0], obligation.c.due <= due[1])
            presses = or_(one.how == "urgent", and_(one.how == "alone", soon))
            joined = reminder.join(obligation, one.obligation_id == obligation.c.id)
            query = query.select_from(joined).where(presses)
        rows = await self._connection.execute(query.order_by(one.account_id).limit(limit))
        return list(rows.scalars())

    async def waiting(self, account_id: int, hows: Sequence[str]) -> list[Waiting]:
        """What waits to be told to an account in one of the ways `hows`, locked."""
        one, owed = reminder.c, obligation.c
        moved = and_(one.reader == "worker", owed.account_id.is_distinct_from(account_id))
        query = (
            select(
                *(one.obligation_id, one.rung, one.n, one.at, one.noted_at, one.reader, one.how),
                *(owed.due, or_(owed.ended.is_not(None), moved).label("over")),
            )
            .join(obligation, one.obligation_id == owed.id)
            .where(WAITS, one.how.in_(hows), one.account_id == account_id)
            .order_by(one.at, one.obligation_id)
            .with_for_update(of=reminder, skip_locked=True)
        )
        return [Waiting(*row) for row in await self._connection.execute(query)]

    async def settle(
        self, account_id: int, rungs: Sequence[Waiting], state: str, at: datetime | None = None
    ) -> None:
        """Write down what became of rungs: in which state they are, and when they were told."""
        if keys := _keys(account_id, rungs):
            await self._connection.execute(_ONE.values(state=state, told_at=at), keys)

    async def defer(self, account_id: int, rungs: Sequence[Waiting]) -> None:
        """Let rungs that were to be told alone wait for the message of the day."""
        if keys := _keys(account_id, rungs):
            await self._connection.execute(_ONE.values(how="digest"), keys)

    async def tell_all(self, account_id: int, how: str, at: datetime) -> None:
        """Everything that waits for an account in one of its ways is told at a moment."""
        one = reminder.c
        await self._connection.execute(
            update(reminder)
            .where(WAITS, one.how == how, one.account_id == account_id)
            .values(state=TOLD, told_at=at)
        )

    async def told(self, account_id: int, at: datetime, hows: Sequence[str]) -> list[int]:
        """The obligations that were told to an account at one moment, in one of the ways `hows`."""
        one = reminder.c
        query = (
            select(one.obligation_id)
            .distinct()
            .where(
                one.account_id == account_id,
                one.told_at == at,
                one.told_at.is_not(None),
                one.how.in_(hows),
            )
        )
        return list((await self._connection.execute(query)).scalars())

    async def untell(self, account_id: int, at: datetime, hows: Sequence[str]) -> None:
        """Let what was to be told at a moment wait again."""
        one = reminder.c
        await self._connection.execute(
            update(reminder)
            .where(one.account_id == account_id, one.told_at == at, one.told_at.is_not(None))
            .where(one.how.in_(hows))
            .values(state=WAITING, told_at=None)
        )


def _keys(account_id: int, rungs: Sequence[Waiting]) -> list[dict[str, Any]]:
    return [
        {"of": one.obligation_id, "name": one.rung, "time": one.n, "by": account_id}
        for one in rungs
    ]


_ONE: Final = update(reminder).where(
    reminder.c.obligation_id == bindparam("of"),
    reminder.c.rung == bindparam("name"),
    reminder.c.n == bindparam("time"),
    reminder.c.account_id == bindparam("by"),
)
