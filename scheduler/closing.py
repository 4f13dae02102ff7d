"""What time alone does to obligations after they opened.

Overdue is nothing to be marked: it follows from the row's own instants. Closing is: what is settled
without a visit was missed. A share that is reached was done.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from scheduler.following import follow_charges
from scheduler.ground import Ground
from scheduler.opening import open_periods
from scheduler.pace import Pace
from scheduler.reckoning import reckon
from scheduler.sharing import end_shares
from storage.database import Database
from storage.obligations import Obligations
from storage.policy import SYSTEM

_SUBJECTS: Final = 3  # reckoned in one transaction, some 2 ms each


@dataclass(frozen=True, slots=True)
class Ticked:
    """What one tick did: obligations that it opened for everybody, subjects that it looked at one
    by one, and obligations that it closed as missed."""

    opened: int
    reviewed: int
    missed: int


async def keep_up(database: Database, ground: Ground) -> Ticked:
    """Bring all obligations up to the present moment. Doing it twice changes nothing, and several
    replicas may do it at once."""
    opened = await open_periods(database, ground)
    reviewed = await review(database, ground)
    await follow_charges(database)
    await end_shares(database, ground)
    return Ticked(opened, reviewed, await close(database))


async def review(database: Database, ground: Ground) -> int:
    """Reckon everybody for whom a day has come on which something begins or ends; how many."""
    count = 0
    while True:
        async with database.unit(SYSTEM, "review", rank="last") as uow:
            obligations = Obligations(uow.connection)
            today = uow.now.astimezone(ground.zone).date()
            some = await obligations.to_review(today, _SUBJECTS)
            for kind, number, since in some:
                await obligations.looked_at(kind, number)
                await reckon(uow, ground, kind, number, since=since, catch_up=True)
        if not some:
            return count
        count += len(some)
        await asyncio.sleep(0)


async def close(database: Database) -> int:
    """Close as missed what is settled; how many."""
    count, pace = 0, Pace(database.shared)
    while True:
        some = pace.size
        async with database.unit(SYSTEM, "close", rank="last") as uow:
            with pace.taken():
                closed = await Obligations(uow.connection).miss(uow.now, some)
        count += closed
        if closed < some:
            return count
        await asyncio.sleep(0)
