"""Reminders of duties that ended long ago go: who was reminded of what, and when.

Duties are walked by their ids, which grow as time passes, up to those that opened too late to have
ended long ago. So a night costs what has become old since the last one, not all that is kept.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, Table, delete, select

from storage.database import Database
from storage.held import held_subject
from storage.obligation_tables import obligation
from storage.office_tables import nudge
from storage.policy import OPERATOR
from storage.reminder_tables import reminder

_AT_ONCE: Final = 200  # duties, with some ten reminders each


async def forget_told(database: Database, before: datetime) -> int:
    """Delete what was told of duties that ended before a moment (aware), some at a time; how many
    rows. Those of a held subject stay. To be cut off, or done twice, does no harm."""
    return await _forget(database, reminder, before) + await _forget(database, nudge, before)


async def _forget(database: Database, table: Table, before: datetime) -> int:
    gone, after = 0, 0
    while True:
        async with database.reading(OPERATOR, "purge") as uow:
            duties = (await uow.connection.execute(_next(table, after))).all()
        over = [one.id for one in duties if not one.held and one.ended_at and one.ended_at < before]
        if over:
            async with database.unit(OPERATOR, "purge") as uow:
                old = delete(table).where(table.c.obligation_id.in_(over))
                count = (await uow.connection.execute(old)).rowcount
                await uow.record("purge", f"{table.name} {count}")
            gone += count
        if len(duties) < _AT_ONCE or all(one.opens >= before for one in duties):
            return gone
        after = duties[-1].id
        await asyncio.sleep(0)


def _next(table: Table, after: int) -> Select[Any]:
    """The next duties of which there is something in `table`."""
    one = obligation.c
    told = select(table.c.obligation_id).where(table.c.obligation_id > after).distinct()
    some = told.order_by(table.c.obligation_id).limit(_AT_ONCE)
    held = held_subject(one.subject_kind, one.subject_id).label("held")
    return select(one.id, one.opens, one.ended_at, held).where(one.id.in_(some)).order_by(one.id)
