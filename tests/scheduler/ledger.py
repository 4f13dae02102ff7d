"""What the tables of obligations must hold whatever happens, asked of all of them at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, select

from scheduler.windows import ENDS
from storage.database import Database
from storage.obligation_tables import obligation, review
from storage.policy import SYSTEM
from storage.reminder_tables import reader, reminder
from storage.tables import outbox

_ONE: Final = obligation.c
_CLOSED: Final = ("done_on_time", "done_late", "missed", "exempt")
"""The ends that nothing undoes in a story without corrections: what was cancelled may come back."""


def _doubled() -> Select[Any]:
    """Periods that one subject has twice, wherever it lives."""
    identity = (_ONE.subject_kind, _ONE.subject_id, _ONE.rule_id, _ONE.period_key)
    own = _ONE.subject_kind.in_(("person", "household"))
    twice = select(_ONE.rule_id).where(own).group_by(*identity).having(func.count() > 1)
    return select(func.count()).select_from(twice.subquery())


def _wrong(now: datetime) -> dict[str, Select[Any]]:
    """What there must be none of, just after a tick."""
    rows = select(func.count()).select_from(obligation)
    ended = _ONE.ended.is_not(None)
    return {
        "twice": _doubled(),
        "in no end state": rows.where(ended, _ONE.ended.not_in([str(one) for one in ENDS])),
        "half ended": rows.where(_ONE.ended.is_(None) != _ONE.ended_at.is_(None)),
        "settled and open": rows.where(_ONE.ended.is_(None), _ONE.closes <= now),
        "missed too early": rows.where(_ONE.ended == "missed", _ONE.closes > _ONE.ended_at),
        "done without a visit": rows.where(_ONE.ended.like("done%"), _ONE.visit_root.is_(None)),
    }


@dataclass(slots=True)
class Ledger:
    """Looks at all obligations from time to time, and remembers how many were closed by when."""

    database: Database
    closed: dict[datetime, list[tuple[Any, ...]]] = field(default_factory=dict)

    async def faults(self) -> list[str]:
        """What is wrong, just after a tick."""
        now, found = self.database.clock.now(), []
        async with self.database.reading(SYSTEM, "test") as uow:
            for name, query in _wrong(now).items():
                count = (await uow.connection.execute(query)).scalar_one()
                found += [f"{count} obligations are {name}"] if count else []
        for moment, was in self.closed.items():
            if await self._closed(moment) != was:
                found.append(f"what was closed by {moment} was rewritten")
        self.closed = {now: await self._closed(now)}
        return found

    async def _closed(self, until: datetime) -> list[tuple[Any, ...]]:
        """How many were closed up to a moment, by how; their ids and ends added up."""
        query = select(_ONE.ended, func.count(), func.sum(_ONE.id))
        query = query.where(_ONE.ended.in_(_CLOSED), _ONE.ended_at <= until)
        async with self.database.reading(SYSTEM, "test") as uow:
            rows = await uow.connection.execute(query.group_by(_ONE.ended).order_by(_ONE.ended))
            return [tuple(row) for row in rows]

    async def picture(self) -> list[list[tuple[Any, ...]]]:
        """All that a tick may change, added up: two pictures of the same tables are equal."""
        told = reminder.c
        queries: tuple[Select[Any], ...] = (
            select(_ONE.ended, func.count(), func.sum(_ONE.id), func.max(_ONE.ended_at))
            .group_by(_ONE.ended)
            .order_by(_ONE.ended),
            select(_ONE.rung_at, func.count(), func.sum(_ONE.id))
            .where(_ONE.ended.is_(None))
            .group_by(_ONE.rung_at)
            .order_by(_ONE.rung_at),
            select(told.state, func.count(), func.sum(told.obligation_id), func.max(told.told_at))
            .group_by(told.state)
            .order_by(told.state),
            select(reader).order_by(reader.c.account_id),
            select(review.c.on_day, func.count(), func.sum(review.c.subject_id))
            .group_by(review.c.on_day)
            .order_by(review.c.on_day),
            select(outbox.c.id, outbox.c.state, outbox.c.kind)
            .where(outbox.c.state != "sent")
            .order_by(outbox.c.id),
        )
        async with self.database.reading(SYSTEM, "test") as uow:
            found = [await uow.connection.execute(query) for query in queries]
            return [[tuple(row) for row in rows] for rows in found]
