"""Schema migrations by Alembic, run on a connection that is already open.

Alembic is loaded only when there is something to migrate: a start asks the version table itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

_FOLDER: Final = Path(__file__).parent / "migrations"
VERSION_TABLE: Final = "alembic_version"
_LOCK: Final = 0x7A6F7566  # replicas that start together migrate one after the other


def is_newer(connection: Connection) -> bool:
    """Whether a later program made this schema."""
    found = current(connection)
    return found is not None and found not in revisions()


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the schema up to `revision` within the open transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    if current(connection) == head():
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def head() -> str:
    """The newest revision that this program knows."""
    return max(revisions())


def revisions() -> set[str]:
    """Every revision by its file: ``0001_first_tables.py`` is revision ``0001``."""
    return {file.name.partition("_")[0] for file in (_FOLDER / "versions").glob("[0-9]*.py")}


def current(connection: Connection) -> str | None:
    """The revision of this schema, None if there are no tables."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    query = text(f"SELECT version_num FROM {VERSION_TABLE}")
    found: str | None = connection.execute(query).scalar()
    return found
