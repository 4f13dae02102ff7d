"""A daily tick over open obligations of which few change: it costs what changes, not what is open.

Of all that is open, one in a hundred and then one in ten is settled without a visit; a tick closes
them. Beside it stands a tick for which nothing has changed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from sqlalchemy import text

from benchmarks.obligations.figures import Figure
from benchmarks.obligations.ground import EVERYBODY, QUARTER, Counted, by, settled, turn
from scheduler.closing import keep_up
from storage.policy import SYSTEM

SHARES: Final = (100, 10)


async def measure(engine: str, people: int) -> AsyncIterator[Figure]:
    """What a row costs that changes, where one in a hundred and where one in ten does."""
    async with settled(engine, people) as database:
        turn(database, QUARTER)
        await keep_up(database, by(EVERYBODY))
        idle = await _tick(database)
        yield Figure("nothing changes", idle * 1e3, "ms")
        found = []
        for one_in in SHARES:
            await _settle(database, one_in)
            took = await _tick(database)
            found.append(took / (people / one_in))
            yield Figure(f"one in {one_in} changes", took * 1e3, "ms")
        yield Figure("a row that changes, one in 10 beside one in 100", found[1] / found[0], "x", 2)


async def _tick(database: Counted) -> float:
    began = database.spent()
    await keep_up(database, by(EVERYBODY))
    return database.spent() - began


async def _settle(database: Counted, one_in: int) -> None:
    """Let the time of one in so many have run out."""
    async with database.unit(SYSTEM, "benchmark") as uow:
        await uow.connection.execute(
            text(
                "UPDATE obligation SET closes = opens"
                f" WHERE ended IS NULL AND subject_id % {one_in} = 1"
            )
        )
