"""What field work asks of those who do it: forms filled in, and messages that they were sent.

Rows are read by worker, to be told as a distribution: nobody is named, and nobody is compared with
anybody (国办函〔2026〕12号).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import distinct, func, select

from storage.connection import Connection
from storage.overseen import area_by_area, overseen
from storage.policy import Actor
from storage.reminder_tables import reminder
from storage.tables import account, interview, submission

SAMPLE: Final = 40
"""Records of a form that are looked at, to know what one of them asks."""


@dataclass(frozen=True, slots=True)
class Filled:
    """How many records of a form an account handed in."""

    account_id: int
    form_id: str
    n: int


@dataclass(frozen=True, slots=True)
class Sampled:
    """One record: its answers, and when it was begun, if that is known, and handed in."""

    answers: Mapping[str, Any]
    started_at: datetime | None
    entered_at: datetime


class Burden:
    """Reads, within what the actor oversees."""

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor

    async def filled(self, first: date, last: date, root: str) -> Sequence[Filled]:
        """What was handed in of visits from `first` to `last`, both included, in `root` and below
        it; a correction is work as well."""
        one = submission.c
        query = (
            select(one.account_id, one.form_id, func.count())
            .where(
                area_by_area(self._actor, one.area_code, root), one.visit_date.between(first, last)
            )
            .group_by(one.account_id, one.form_id)
        )
        return [Filled(*row) for row in await self._connection.execute(query)]

    async def sample(self, form_id: str, first: date, last: date, root: str) -> Sequence[Sampled]:
        """Some records of a form, of the same days and area."""
        one = submission.c
        query = (
            select(one.answers, interview.c.started_at, one.entered_at)
            .select_from(submission.outerjoin(interview, interview.c.id == one.interview_id))
            .where(
                area_by_area(self._actor, one.area_code, root),
                one.visit_date.between(first, last),
                one.form_id == form_id,
            )
            .limit(SAMPLE)
        )
        return [Sampled(*row) for row in await self._connection.execute(query)]

    async def told(self, since: datetime, until: datetime, root: str) -> Mapping[int, int]:
        """How many reminders each account of `root` and below it was sent, by its id. What came in
        one message counts once."""
        one = reminder.c
        query = (
            select(one.account_id, func.count(distinct(one.told_at)).label("n"))
            .join(account, account.c.id == one.account_id)
            .where(
                overseen(self._actor, account.c.area_code, root),
                one.told_at.is_not(None),
                one.told_at >= since,
                one.told_at < until,
            )
            .group_by(one.account_id)
        )
        rows = await self._connection.execute(query)
        return {row.account_id: row.n for row in rows}
