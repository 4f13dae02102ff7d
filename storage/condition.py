"""Whether the database answers, and whether its tables are those of this program."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, text

from storage import migrate
from storage.database import Database
from storage.policy import SYSTEM

_MIGRATED: Final = {
    "sqlite": text("SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'alembic_version')"),
    "postgresql": text("SELECT to_regclass('alembic_version') IS NOT NULL"),
}
_REVISION: Final = text("SELECT version_num FROM alembic_version")


@dataclass(frozen=True, slots=True)
class Condition:
    """`revision` is the newest migration that was run, None for an empty database, and `behind`
    tells that this program has newer ones. `now` is the database server's own clock (aware); None
    for SQLite, which has none."""

    revision: str | None
    behind: bool
    now: datetime | None


async def condition(database: Database) -> Condition:
    """Look. Raises what the database raises when it does not answer."""
    async with database.reading(SYSTEM, "health") as uow:
        kind = uow.connection.dialect.name
        revision: str | None = None
        if (await uow.connection.execute(_MIGRATED[kind])).scalar():
            revision = (await uow.connection.execute(_REVISION)).scalar()
        now: datetime | None = None
        if kind == "postgresql":
            now = (await uow.connection.execute(select(func.clock_timestamp()))).scalar_one()
    return Condition(revision, revision is None or revision < migrate.head(), now)
