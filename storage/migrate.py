"""Schema migrations by Alembic, run on a connection that is already open."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

_FOLDER: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 0x7A6F7566  # replicas that start together migrate one after the other


def is_newer(connection: Connection) -> bool:
    """Whether a later program made this schema."""
    found = MigrationContext.configure(connection).get_current_revision()
    if found is None:
        return False
    return found not in {script.revision for script in _scripts().walk_revisions()}


def upgrade(connection: Connection) -> None:
    """Bring the schema up to date within the open transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    current = MigrationContext.configure(connection).get_current_revision()
    if current == _scripts().get_current_head():
        return
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def head() -> str:
    """The newest revision that this program knows."""
    return _scripts().get_current_head() or ""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
