"""How a month went: what was owed in periods that ended in it, by area and never by worker."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, func, select

from storage.connection import Connection
from storage.coverage import DONE
from storage.obligation_tables import obligation
from storage.overseen import counted, one_of
from storage.policy import Actor


@dataclass(frozen=True, slots=True)
class Settled:
    """Of what was `owed`, how much is `done`, and how much of that after its day (`late`)."""

    owed: int = 0
    done: int = 0
    late: int = 0

    @property
    def in_time(self) -> int:
        """What was done by its day."""
        return self.done - self.late


class Trend:
    """Counts, within what the actor oversees."""

    def __init__(self, connection: Connection, actor: Actor, now: datetime) -> None:
        self._connection = connection
        self._actor = actor
        self._now = now

    async def between(
        self, first: date, last: date, root: str, rules: Collection[str] = ()
    ) -> Settled:
        """What was owed in `root` and below it in periods that ended from `first` to `last`, both
        included, by all rules or by `rules`. What was lifted or fell away is not counted."""
        one = obligation.c
        query = select(
            func.count(), _sum(one.ended.in_(DONE)), _sum(one.ended == "done_late")
        ).where(
            counted(self._actor, one.area_code, root, rules),
            *([one_of(one.rule_id, rules)] if rules else []),
            one.last.between(first, last),
            one.opens <= self._now,
            func.coalesce(one.ended, "").not_in(("cancelled", "exempt")),
        )
        return Settled(*(await self._connection.execute(query)).one())


def _sum(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((which, 1), else_=0)), 0)
