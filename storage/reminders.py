"""Rungs of ladders that have come: for whom, how they are to be told, and what became of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)

from storage.connection import Connection
from storage.dialects import insert_if_new
from storage.obligation_tables import obligation
from storage.reminder_tables import NO_READER, reminder

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


@dataclass(frozen=True, slots=True)
class Climbers:
    """Open obligations of one course whose next rung has come, by their ids; `rung_at` is None if
    none was worked out yet."""

    course: Course
    rung_at: datetime | None
    ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an obligation is owed, and by which account."""

    id: int
    area_code: str
    account_id: int | None


@dataclass(frozen=True, slots=True)
class Come:
    """A rung that has come, the `n`-th time: when it was due, when it was found, for whom it is
    (`reader` is the word of the ladder), and how they are to be told."""

    rung: str
    n: int
    at: datetime
    noted_at: datetime
    reader: str
    how: str


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


_COURSE: Final = tuple(obligation.c[name] for name in Course._fields)
_OPEN: Final = obligation.c.ended.is_(None)
# In words, not as a parameter: the index that holds only these rows is found by it.
WAITS: Final = reminder.c.state == literal_column("'waiting'")


class Reminders:
    """Keeps rungs, and reads those that wait."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- climbing --------------------------------------------------------------------------------

    async def to_climb(self, now: datetime, limit: int, *, fresh: bool) -> list[Climbers]:
        """Some obligations whose next rung has come by `now`, locked; those for which none was
        worked out yet with `fresh`."""
        at, number = obligation.c.rung_at, obligation.c.id
        query = select(number).where(_OPEN, at.is_(None) if fresh else at <= now)
        some = query.order_by(at, number).limit(limit).with_for_update(skip_locked=True)
        ids = list((await self._connection.execute(some)).scalars())
        members = func.aggregate_strings(cast(number, Text), ",")
        grouped = select(*_COURSE, at, members).where(number.in_(ids)).group_by(*_COURSE, at)
        rows = await self._connection.execute(grouped) if ids else ()
        return [Climbers(Course(*row[:-2]), row[-2], _numbers(row[-1])) for row in rows]

    async def places(self, ids: Collection[int]) -> list[Place]:
        """Where obligations are owed, and by whom."""
        one = obligation.c
        query = select(one.id, one.area_code, one.account_id).where(one.id.in_(ids))
        return [Place(*row) for row in await self._connection.execute(query)]

    async def has_come(self, come: Come, ids: Sequence[int]) -> set[int]:
        """Those of some obligations for which a rung was noted before."""
        one = reminder.c
        same = and_(one.rung == come.rung, one.n == come.n, one.obligation_id.in_(ids))
        return set(
            (await self._connection.execute(select(one.obligation_id).where(same))).scalars()
        )

    async def note_own(self, come: Come, ids: Sequence[int]) -> int:
        """Note a rung for whoever owes each of some obligations; how many are new."""
        owed = obligation.c
        meant = RIDES if come.how == "digest" else WAITING
        state = case((owed.account_id.is_(None), UNHEARD), else_=meant)
        values = [literal(value, reminder.c[name].type) for name, value in asdict(come).items()]
        chosen = select(owed.id, func.coalesce(owed.account_id, NO_READER), state, *values).where(
            owed.id.in_(ids)
        )
        names = ["obligation_id", "account_id", "state", *asdict(come)]
        put = insert_if_new(self._connection.dialect.name, reminder, KEY)
        return (await self._connection.execute(put.from_select(names, chosen))).rowcount

    async def note(self, come: Come, readers: Iterable[tuple[int, int]]) -> int:
        """Note a rung for others, by obligation and account; how many."""
        rows = [
            {
                "obligation_id": number,
                "account_id": account,
                "state": WAITING if account != NO_READER else UNHEARD,
                **asdict(come),
            }
            for number, account in readers
        ]
        if rows:
            put = insert_if_new(self._connection.dialect.name, reminder, KEY)
            await self._connection.execute(put, rows)
        return len(rows)

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

    async def riding(self, account_id: int, since: datetime) -> set[int]:
        """What an account owes of which it was to be told alone, noted after `since`, and which was
        left to the digest."""
        one, owed = reminder.c, obligation.c
        query = (
            select(owed.id)
            .join(reminder, one.obligation_id == owed.id)
            .where(_OPEN, owed.account_id == account_id, one.account_id == account_id)
            .where(one.state == RIDES, one.how == "alone", one.noted_at > since)
        )
        return set((await self._connection.execute(query)).scalars())

    async def drop_over(self, account_id: int, since: datetime) -> int:
        """Write down that what was left to the digest of an account, noted after `since`, is over
        by now, or somebody else's: how many rungs."""
        one, owed = reminder.c, obligation.c
        theirs = exists().where(
            owed.id == one.obligation_id, owed.ended.is_(None), owed.account_id == account_id
        )
        done = await self._connection.execute(
            update(reminder)
            .where(one.account_id == account_id, one.state == RIDES, one.how == "alone")
            .where(one.noted_at > since, ~theirs)
            .values(state=DROPPED)
        )
        return done.rowcount

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

    async def untell(
        self, account_id: int, at: datetime, hows: Sequence[str], *, own: bool
    ) -> None:
        """Let what was to be told at a moment wait again, to be told alone: what the account owes
        itself with `own`, or else what others owe. They are two messages."""
        one = reminder.c
        mine = one.reader == "worker" if own else one.reader != "worker"
        await self._connection.execute(
            update(reminder)
            .where(one.account_id == account_id, one.told_at == at, one.told_at.is_not(None))
            .where(one.how.in_(hows), mine)
            .values(state=WAITING, told_at=None, how="alone")
        )


def _numbers(joined: str) -> list[int]:
    return [int(one) for one in joined.split(",")]


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
