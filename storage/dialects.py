"""The few statements that SQLite and PostgreSQL spell in their own dialects."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Table
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from storage.connection import Connection

Insert = PostgresInsert | SqliteInsert


def _insert(connection: Connection, table: Table) -> Insert:
    postgres = connection.dialect.name == "postgresql"
    return postgres_insert(table) if postgres else sqlite_insert(table)


def insert_if_new(connection: Connection, table: Table, key: Sequence[str]) -> Insert:
    """An INSERT that leaves a row with the same `key` alone."""
    return _insert(connection, table).on_conflict_do_nothing(index_elements=list(key))


def upsert(
    connection: Connection,
    table: Table,
    key: Sequence[str],
    change: Sequence[str],
    where: ColumnElement[bool] | None = None,
) -> Insert:
    """An INSERT that changes the columns `change` of a row with the same `key`; with `where` only
    of one that fits it."""
    statement = _insert(connection, table)
    changed = {name: statement.excluded[name] for name in change}
    return statement.on_conflict_do_update(index_elements=list(key), set_=changed, where=where)
