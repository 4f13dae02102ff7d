"""What a visit may be for is looked up, however much is owed."""

from __future__ import annotations

from storage import obligations_queries as queries
from storage.connection import InlineConnection
from storage.database import Database
from storage.policy import SYSTEM
from storage.ready import Ready


async def test_no_record_goes_through_all_obligations(sqlite_database: Database) -> None:
    """A visit to a person, which is one to their household, too; and a report for four areas."""
    for subjects, areas in ((2, 0), (1, 0), (0, 4)):
        steps = await _plan(sqlite_database, queries.fitting(subjects, areas))
        assert steps[0] == "MULTI-INDEX OR"
        assert not [one for one in steps if one.startswith("SCAN")]


async def _plan(database: Database, ready: Ready) -> list[str]:
    async with database.unit(SYSTEM, "test") as uow:
        assert isinstance(uow.connection, InlineConnection)
        prepared = ready._prepare(uow.connection)
        nothing = tuple(None for _ in prepared._in)
        rows = uow.connection.run(f"EXPLAIN QUERY PLAN {prepared.sql}", nothing)
        return [str(row[3]) for row in rows]
