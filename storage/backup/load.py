"""A backup into an empty database: its tables as they were then, the rows, then what came since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Table, insert, text

from storage import migrate
from storage.backup.dump import FORMAT, reflected
from storage.backup.envelope import BackupError
from storage.backup.lines import Line, unpacked

_AT_ONCE: Final = 200

Rows = Callable[[str, list[dict[str, Any]]], None]


def load(connection: Connection, found: Iterable[Line]) -> int:
    """Enter what a backup holds into a database without tables; how many rows. All of it or
    nothing: the caller's transaction ends it. Raises BackupError."""
    if migrate.current(connection) is not None:
        raise BackupError("not_empty")
    tables: dict[str, Table] = {}

    def begin(revision: str) -> None:
        migrate.upgrade(connection, revision)
        if connection.dialect.name == "sqlite":
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        tables.update({one.name: one for one in reflected(connection)})

    def enter(name: str, rows: list[dict[str, Any]]) -> None:
        table = tables[name]
        connection.execute(insert(table), [_fitting(connection, row) for row in rows])

    count = read(found, begin, enter)
    if connection.dialect.name == "postgresql":
        for table in tables.values():
            _count_on(connection, table)
    migrate.upgrade(connection)
    return count


def read(found: Iterable[Line], begin: Callable[[str], None], enter: Rows) -> int:
    """Go through a backup: its revision to `begin`, its rows to `enter`; how many. Raises
    BackupError if it is not whole."""
    counts: dict[str, int] = {}
    name, columns, waiting = "", list[str](), list[dict[str, Any]]()
    ended = False

    def hand_on() -> None:
        if waiting:
            enter(name, waiting)
            waiting.clear()

    for number, one in enumerate(found):
        if ended:
            raise BackupError("damaged")
        if number == 0:
            begin(_revision(one))
        elif isinstance(one, list):
            waiting.append(dict(zip(columns, map(unpacked, one), strict=True)))
            counts[name] += 1
            if len(waiting) == _AT_ONCE:
                hand_on()
        else:
            hand_on()
            if "end" in one:
                ended = one["end"] == counts
            else:
                name, columns = one["table"], one["columns"]
                counts[name] = 0
    if not ended:
        raise BackupError("damaged")
    return sum(counts.values())


def _revision(head: Line) -> str:
    if not isinstance(head, dict) or "zoufang" not in head:
        raise BackupError("not_a_backup")
    revision = str(head["revision"])
    if head["zoufang"] > FORMAT or revision not in migrate.revisions():
        raise BackupError("newer")
    return revision


def _fitting(connection: Connection, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as the database takes it: SQLite keeps moments without a zone."""
    if connection.dialect.name == "postgresql":
        return dict(row)
    return {
        name: value.replace(tzinfo=None) if isinstance(value, datetime) else value
        for name, value in row.items()
    }


def _count_on(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows after those that were entered."""
    column = table.autoincrement_column
    if column is None:
        return
    name = connection.execute(
        text("SELECT pg_get_serial_sequence(:table, :column)"),
        {"table": table.name, "column": column.name},
    ).scalar()
    if name is not None:
        last = f'SELECT coalesce(max("{column.name}"), 0) FROM "{table.name}"'
        connection.execute(text(f"SELECT setval('{name}', greatest(({last}), 1), ({last}) > 0)"))
