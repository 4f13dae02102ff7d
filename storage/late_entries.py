"""Visits that came in after their duty had closed as missed: who oversees it accepts or refuses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, func, literal_column, select, update

from storage.connection import Connection
from storage.four_eyes import of_others
from storage.obligation_tables import obligation, obligation_visit, visit
from storage.overdue import Call, Case, Overdue, case_of, cases
from storage.overseen import overseen
from storage.policy import Actor

LOOK_BACK: Final = timedelta(days=92)
"""For so long after its end a missed duty can still be looked at again."""

# In words, not as a comparison: the index that holds only these rows is found by it.
_SETTLED: Final[ColumnElement[bool]] = literal_column("obligation_visit.settled")
_LINKED: Final = obligation_visit.join(
    obligation, obligation_visit.c.obligation_id == obligation.c.id
)
_MADE: Final = visit.alias("made")


@dataclass(frozen=True, slots=True)
class LateEntry:
    """A visit that came in after its duty had closed as missed; `in_time` if it was made in
    time."""

    case: Case
    call: Call
    in_time: bool


class LateEntries:
    """Reads those that nobody has decided of, and refuses them: within what the actor oversees, but
    for what is their own."""

    def __init__(self, connection: Connection, actor: Actor, now: datetime) -> None:
        self._connection = connection
        self._actor = actor
        self._now = now

    async def waiting(self, page: int = 0, size: int = 8) -> tuple[Sequence[LateEntry], int]:
        """One page (from 0) of duties that closed not long ago, the oldest first, and how many
        visits there are in all."""
        one, link = obligation.c, obligation_visit.c
        query = (
            cases(self._now)
            .join(obligation_visit, link.obligation_id == one.id)
            .add_columns(link.root_id, link.in_time)
            .where(self._open())
            .order_by(one.last, one.id, link.root_id)
            .limit(size)
            .offset(page * size)
        )
        found: list[LateEntry] = []
        overdue = Overdue(self._connection, self._actor, self._now)
        for row in (await self._connection.execute(query)).all():
            call = await overdue.call(row.root_id)
            if call is not None:
                found.append(LateEntry(case_of(row._mapping), call, row.in_time))
        return found, await self.count()

    async def count(self) -> int:
        """How many wait to be decided of."""
        query = select(func.count()).select_from(_LINKED).where(self._open())
        waiting: int = (await self._connection.execute(query)).scalar_one()
        return waiting

    async def waits(self, number: int) -> bool:
        """Whether one of them is of the duty `number`."""
        one = select(obligation_visit.c.root_id).select_from(_LINKED)
        query = one.where(self._open(), obligation.c.id == number).limit(1)
        return (await self._connection.execute(query)).first() is not None

    async def refused(self, number: int) -> set[str]:
        """The visits that were refused to the duty `number`."""
        link = obligation_visit.c
        query = select(link.root_id).where(
            link.obligation_id == number, link.refused_at.is_not(None)
        )
        return set((await self._connection.execute(query)).scalars())

    async def refuse(self, number: int, reason: str) -> Sequence[int]:
        """Refuse, for a `reason`, what waits of the duty `number`; the accounts that handed it in.
        None of them if nothing waits, or if it is not the actor's to decide."""
        link = obligation_visit.c
        mine = (
            select(link.root_id).select_from(_LINKED).where(self._open(), obligation.c.id == number)
        )
        roots = list((await self._connection.execute(mine)).scalars())
        if not roots:
            return ()
        values = {
            "refused_at": self._now,
            "refused_by": self._actor.account_id,
            "refused_for": reason,
        }
        which = and_(link.obligation_id == number, link.root_id.in_(roots))
        await self._connection.execute(update(obligation_visit).where(which).values(values))
        authors = select(visit.c.account_id).where(visit.c.root_id.in_(roots)).distinct()
        return list((await self._connection.execute(authors)).scalars())

    def _open(self) -> ColumnElement[bool]:
        one = obligation.c
        return and_(
            _SETTLED,
            obligation_visit.c.refused_at.is_(None),
            overseen(self._actor, one.area_code),
            of_others(self._actor, one.account_id),
            self._made_by_others(),
            one.ended == "missed",
            one.ended_at > self._now - LOOK_BACK,
        )

    def _made_by_others(self) -> ColumnElement[bool]:
        """Whose visit it was counts as well as who owed it: a supervisor calls in a worker's
        place."""
        made = _MADE.c
        others = of_others(self._actor, made.account_id)
        return exists().where(made.root_id == obligation_visit.c.root_id, others)
