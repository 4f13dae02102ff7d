"""Numbers of a month are counted without going through what was owed in former years."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import event

from storage.connection import InlineConnection
from storage.coverage import Coverage
from storage.database import Database
from storage.policy import OPERATOR, Actor, Role

MONTH = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize("actor", [OPERATOR, Actor(Role.TOWNSHIP_SUPERVISOR, "990101001", 1)])
async def test_open_and_ended_duties_are_found_by_an_index_each(
    sqlite_database: Database, actor: Actor
) -> None:
    asked: list[tuple[str, Any]] = []
    async with sqlite_database.unit(OPERATOR, "test") as uow:
        assert isinstance(uow.connection, InlineConnection)
        inner = uow.connection._connection

        @event.listens_for(inner, "before_cursor_execute")
        def note(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
            asked.append((statement, values))

        coverage = Coverage(uow.connection, actor, MONTH)
        await coverage.lasting(date(2026, 11, 30), MONTH, "990101001", 12, ["E04.change"])
        event.remove(inner, "before_cursor_execute", note)
        plans = [
            [row[3] for row in uow.connection.run(f"EXPLAIN QUERY PLAN {statement}", values)]
            for statement, values in asked
        ]
    still, over = plans
    assert "ix_obligation_open_area (area_code=? AND overdue>?)" in still[0]
    assert "ix_obligation_ended_at (ended_at>?)" in over[0]
