"""What waits, what failed and what is open, counted by index: for operators and their graphs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, or_, select

from storage.interviews import KEPT, OPEN
from storage.obligation_tables import obligation
from storage.reminder_tables import reminder
from storage.reminders import WAITS
from storage.tables import inbox, interview, outbox
from storage.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Queue:
    """What stands in the inbox or in the outbox. `oldest` is how long the first of what waits has
    been waiting; None if nothing does."""

    waiting: int
    dead: int
    oldest: timedelta | None


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one moment. `kept` are interviews that were put off to be gone on with. Of the
    obligations that are not ended, `owed` are not overdue; `unsaid` reminders wait to be told."""

    inbox: Queue
    outbox: Queue
    open: int
    kept: int
    owed: int = 0
    overdue: int = 0
    unsaid: int = 0


async def figures(uow: UnitOfWork) -> Figures:
    """Count."""
    by_status = await _rows(
        uow,
        select(interview.c.status, func.count())
        .where(interview.c.status.in_([OPEN, KEPT]))
        .group_by(interview.c.status),
    )
    owed, overdue = await _owed(uow)
    return Figures(
        inbox=await _inbox(uow),
        outbox=await _outbox(uow),
        open=by_status.get(OPEN, (0,))[0],
        kept=by_status.get(KEPT, (0,))[0],
        owed=owed,
        overdue=overdue,
        unsaid=await _unsaid(uow),
    )


async def _inbox(uow: UnitOfWork) -> Queue:
    rows = await _rows(
        uow,
        select(inbox.c.state, func.count(), func.min(inbox.c.received_at))
        .where(inbox.c.state.in_(["waiting", "dead"]))
        .group_by(inbox.c.state),
    )
    return _queue(rows, "waiting", uow.now)


async def _outbox(uow: UnitOfWork) -> Queue:
    # What is meant for a later hour does not wait yet.
    due = or_(outbox.c.not_before <= uow.now, outbox.c.attempts > 0)
    rows = await _rows(
        uow,
        select(outbox.c.state, func.count(), func.min(case((due, outbox.c.created_at))))
        .where(outbox.c.state.in_(["queued", "dead"]))
        .group_by(outbox.c.state),
    )
    return _queue(rows, "queued", uow.now)


async def _owed(uow: UnitOfWork) -> tuple[int, int]:
    late = func.coalesce(func.sum(case((obligation.c.overdue <= uow.now, 1), else_=0)), 0)
    query = select(func.count(), late).where(obligation.c.ended.is_(None))
    total, overdue = (await uow.connection.execute(query)).one()
    return total - overdue, overdue


async def _unsaid(uow: UnitOfWork) -> int:
    query = select(func.count()).select_from(reminder).where(WAITS)
    return (await uow.connection.execute(query)).scalar_one()


async def _rows(uow: UnitOfWork, query: Any) -> dict[str, tuple[Any, ...]]:
    return {row[0]: tuple(row[1:]) for row in await uow.connection.execute(query)}


def _queue(rows: dict[str, tuple[Any, ...]], waiting: str, now: datetime) -> Queue:
    count, since = rows.get(waiting, (0, None))
    dead, _ = rows.get("dead", (0, None))
    return Queue(count, dead, None if since is None else max(now - since, timedelta()))
