"""Opening a quarter for everybody, beside a bare `INSERT … SELECT` of the same rows.

The bare one reads the rows from a table of their own and puts them into the same table with the
same indexes, in as many transactions as opening took.
"""

from __future__ import annotations

import resource
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from benchmarks.obligations.figures import Figure
from benchmarks.obligations.ground import BY_TAG, EVERYBODY, QUARTER, Counted, by, settled, turn
from scheduler.opening import open_periods
from scheduler.visit_rules import VisitRule
from storage.obligation_tables import obligation
from storage.policy import SYSTEM

SMALL: Final = 10_000
_NAMES: Final = ", ".join(f'"{one.name}"' for one in obligation.columns if one.name != "id")
_KINDS: Final = (("everybody", EVERYBODY), ("by tags and age", BY_TAG))


async def measure(engine: str, people: int) -> AsyncIterator[Figure]:
    """The ratio, the memory, and whether a row costs the same among few and among many."""
    small = {}
    async with settled(engine, SMALL) as database:
        for name, rule in _KINDS:
            small[name] = await _both(database, rule)
    async with settled(engine, people) as database:
        for name, rule in _KINDS:
            found = await _both(database, rule)
            ratio = found.opened / found.bare
            times = people / SMALL
            each = found.opened / small[name].opened / times
            bare = found.bare / small[name].bare / times
            yield Figure(f"{name}: a row", found.opened / people * 1e6, "µs")
            yield Figure(f"{name}: beside a bare INSERT in {found.chunks} chunks", ratio, "x", 2.0)
            yield Figure(f"{name}: a row among {people:,} beside {SMALL:,}", each, "x", 1.5)
            yield Figure(f"{name}: the same of the bare INSERT", bare, "x")
            yield Figure(f"{name}: done again, nothing to do", found.again * 1e3, "ms")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        yield Figure("memory at the peak", peak, "MiB", 200)


@dataclass(frozen=True, slots=True)
class _Both:
    """CPU seconds to open the quarter, to find nothing to do, and to insert the same rows."""

    opened: float
    again: float
    bare: float
    chunks: int


async def _both(database: Counted, rule: VisitRule) -> _Both:
    """The better of two rounds of each, in turn."""
    rounds = [await _once(database, rule) for _ in range(2)]
    return _Both(
        opened=min(one.opened for one in rounds),
        again=min(one.again for one in rounds),
        bare=min(one.bare for one in rounds),
        chunks=rounds[-1].chunks,
    )


async def _once(database: Counted, rule: VisitRule) -> _Both:
    turn(database, QUARTER)
    before = database.units
    opened = await _open(database, rule)
    chunks = database.units - before
    again = await _open(database, rule)
    return _Both(opened, again, await _bare(database, chunks), chunks)


async def _open(database: Counted, rule: VisitRule) -> float:
    began = database.spent()
    await open_periods(database, by(rule))
    return database.spent() - began


async def _bare(database: Counted, chunks: int) -> float:
    """CPU seconds to insert what is there once more, after everything was thrown away."""
    await _run(database, "DROP TABLE IF EXISTS kept")
    await _run(database, "CREATE TABLE kept AS SELECT * FROM obligation")
    await _run(database, "CREATE UNIQUE INDEX kept_id ON kept (id)")
    async with database.unit(SYSTEM, "benchmark") as uow:
        first, last = (
            await uow.connection.execute(text("SELECT min(id), max(id) FROM kept"))
        ).one()
    await _empty(database)
    size = -(-(last - first + 1) // chunks)
    insert = f"INSERT INTO obligation ({_NAMES}) SELECT {_NAMES} FROM kept"
    began = database.spent()
    for after in range(first - 1, last, size):
        await _run(database, f"{insert} WHERE id > {after} AND id <= {after + size}")
    took = database.spent() - began
    await _empty(database)
    return took


async def _empty(database: Counted) -> None:
    """Throw all obligations away, and the space that they took."""
    if database.shared:
        await _run(database, "TRUNCATE obligation CASCADE")
    else:
        await _run(database, "DELETE FROM obligation")
    await _run(database, "DELETE FROM opening")


async def _run(database: Counted, statement: str) -> None:
    async with database.unit(SYSTEM, "benchmark") as uow:
        await uow.connection.execute(text(statement))
