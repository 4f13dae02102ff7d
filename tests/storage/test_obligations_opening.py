"""How a run of an opening is planned by PostgreSQL."""

from __future__ import annotations

from sqlalchemy import text

from storage.database import Database
from storage.obligations_opening import Openings
from storage.policy import SYSTEM


async def test_a_run_has_no_foreign_key_planned_anew_for_each_row(database: Database) -> None:
    async with database.unit(SYSTEM, "test") as uow:
        await Openings(uow.connection).prepare()
        if not database.shared:
            return  # SQLite plans a statement once
        found = await uow.connection.execute(
            text("SELECT current_setting('plan_cache_mode'), current_setting('jit')")
        )
        assert tuple(found.one()) == ("auto", "off")
