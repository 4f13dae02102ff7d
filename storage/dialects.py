"""The few statements that SQLite and PostgreSQL spell in their own dialects."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import ColumnElement, Table

if TYPE_CHECKING:  # a dialect is loaded by the first statement that is written in it
    from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
    from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

Insert: TypeAlias = "PostgresInsert | SqliteInsert"


def insert_if_new(dialect: str, table: Table, key: Sequence[str]) -> Insert:
    """An INSERT that leaves a row with the same `key` alone."""
    return _insert_if_new(dialect, table, tuple(key))


def upsert(
    dialect: str,
    table: Table,
    key: Sequence[str],
    change: Sequence[str],
    where: ColumnElement[bool] | None = None,
) -> Insert:
    """An INSERT that changes the columns `change` of a row with the same `key`; with `where` only
    of one that fits it."""
    return _upsert(dialect, table, tuple(key), tuple(change), where)


# Written once each: to write a statement takes longer than to run it.


def _insert(dialect: str, table: Table) -> Insert:
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)


@lru_cache(maxsize=64)
def _insert_if_new(dialect: str, table: Table, key: tuple[str, ...]) -> Insert:
    return _insert(dialect, table).on_conflict_do_nothing(index_elements=key)


@lru_cache(maxsize=64)
def _upsert(
    dialect: str,
    table: Table,
    key: tuple[str, ...],
    change: tuple[str, ...],
    where: ColumnElement[bool] | None,
) -> Insert:
    statement = _insert(dialect, table)
    changed = {name: statement.excluded[name] for name in change}
    return statement.on_conflict_do_update(index_elements=key, set_=changed, where=where)
