"""Duties page by page, for programs that read the records of an area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, select, true

from storage.areas import within
from storage.connection import Connection
from storage.obligation_tables import obligation
from storage.obligations import standing
from storage.policy import ALL, Actor
from storage.tables import account, household, person


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty. `subject_code` is None where it is not about a person or a household; `worker` is
    the code of the account that owes it."""

    id: int
    rule_id: str
    period: str
    area_code: str
    subject_kind: str
    subject_code: str | None
    worker: str | None
    opens: datetime
    due: datetime
    overdue: datetime
    closes: datetime | None
    state: str


class DutyFeed:
    """Reads the duties in the area of an actor who reads the records of all who live there."""

    def __init__(self, connection: Connection, actor: Actor, now: datetime) -> None:
        self._connection = connection
        self._actor = actor
        self._now = now

    async def after(
        self, last: int, size: int, area: str = "", state: str | None = None
    ) -> Sequence[Duty]:
        """The next duties by id after `last`, `size` at most."""
        one, state_now = obligation.c, standing(self._now)
        of_person = and_(one.subject_kind == "person", one.subject_id == person.c.id)
        of_home = and_(one.subject_kind == "household", one.subject_id == household.c.id)
        joined = (
            obligation.outerjoin(person, of_person)
            .outerjoin(household, of_home)
            .outerjoin(account, one.account_id == account.c.id)
        )
        query = (
            select(
                one.id,
                one.rule_id,
                one.period_key.label("period"),
                one.area_code,
                one.subject_kind,
                func.coalesce(person.c.code, household.c.code).label("subject_code"),
                account.c.code.label("worker"),
                *(one.opens, one.due, one.overdue, one.closes),
                state_now.label("state"),
            )
            .select_from(joined)
            .where(self._readable(), within(one.area_code, area), one.id > last)
            .order_by(one.id)
            .limit(size)
        )
        if state is not None:
            query = query.where(state_now == state)
        return [Duty(**row._mapping) for row in await self._connection.execute(query)]

    def _readable(self) -> ColumnElement[bool]:
        actor = self._actor
        if actor.everything:
            return true()
        if not actor.may_export or actor.area is None or actor.powers.ages != ALL:
            return false()
        return within(obligation.c.area_code, actor.area)
