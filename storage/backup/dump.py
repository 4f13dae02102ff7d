"""Every row of every table, in an order in which they can be entered again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, Connection, MetaData, Row, Select, Table, select, text, tuple_

from storage.backup.lines import line, packed
from storage.migrate import VERSION_TABLE, current

FORMAT: Final = 1
_SOON: Final = 256 * 1024
"""Bytes of rows that are read at once, about: the program answers people in between."""

Told = Callable[[int, int], None]


def dump(
    connection: Connection, made_at: datetime, write: Callable[[bytes], Any], told: Told
) -> int:
    """Hand everything that is in the database to `write`, as it stands at one moment; how many
    rows. `told` hears how many are done, of how many."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    tables = reflected(connection)
    total = sum(_count(connection, one) for one in tables)
    head = {"zoufang": FORMAT, "revision": current(connection), "made_at": made_at.isoformat()}
    write(line(head))
    done, counts = 0, {}
    for table in tables:
        write(line({"table": table.name, "columns": [one.name for one in table.columns]}))
        before = done
        for row in _rows(connection, table):
            write(line([packed(value) for value in row]))
            done += 1
            if not done % 1000:
                told(done, total)
        counts[table.name] = done - before
    write(line({"end": counts}))
    told(done, done)
    return done


def reflected(connection: Connection) -> Sequence[Table]:
    """The tables as they are in the database, those first to which others refer."""
    metadata = MetaData()
    metadata.reflect(connection)
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type.none_as_null = True  # an empty cell stays one
    return [one for one in metadata.sorted_tables if one.name != VERSION_TABLE]


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(text(f'SELECT count(*) FROM "{table.name}"')).scalar_one())


def _rows(connection: Connection, table: Table) -> Iterator[Row[Any]]:
    """Every row by its key, a few at a time: as many as make up about `_SOON` bytes."""
    key = list(table.primary_key.columns)
    ordered = select(table).order_by(*key)
    query: Select[Any] = ordered
    size = 16
    while rows := connection.execute(query.limit(size)).all():
        yield from rows
        if len(rows) < size:
            return
        last = [getattr(rows[-1], one.name) for one in key]
        query = ordered.where(tuple_(*key) > tuple_(*last))
        weight = sum(_weight(value) for row in rows for value in row) // len(rows) + 1
        size = max(1, min(2000, _SOON // weight))


def _weight(value: Any) -> int:
    return len(value) if isinstance(value, bytes | str) else 16
