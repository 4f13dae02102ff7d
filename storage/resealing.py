"""Sealing everything with the newest key, while the program runs.

Values are taken a few at a time, those that an older key sealed. To be cut off does no harm: what
is sealed with the newest key already is left alone the next time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    LargeBinary,
    Table,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    tuple_,
    type_coerce,
    update,
)

from storage.database import Database
from storage.policy import OPERATOR
from storage.schema import metadata
from storage.unit import UnitOfWork
from storage.vault import Sealed, prefix_of, vault

_SOON: Final = 128 * 1024
"""Bytes that are sealed anew in one transaction, about: whoever waits for it goes between."""


def tables() -> Iterator[tuple[Table, Sequence[Column[Any]]]]:
    """Tables with something sealed in them, and the columns that it is in."""
    for table in metadata.sorted_tables:
        columns = [one for one in table.columns if isinstance(one.type, Sealed)]
        if columns:
            yield table, columns


async def stale(database: Database) -> int:
    """How many rows hold something that an older key sealed."""
    count = 0
    for table, columns in tables():
        async with database.reading(OPERATOR, "vault status") as uow:
            query = select(func.count()).select_from(table).where(_stale(columns))
            count += (await uow.connection.execute(query)).scalar_one()
    return count


async def reseal(database: Database, table: Table, columns: Sequence[Column[Any]]) -> int:
    """Seal anew what an older key sealed in a table; how many rows."""
    count, size = 0, 1
    last: tuple[Any, ...] | None = None
    while True:
        async with database.unit(OPERATOR, "vault rotate") as uow:
            rows = await _some(uow, table, columns, last, size)
            for row in rows:
                await _reseal(uow, table, columns, row)
        if not rows:
            return count
        count += len(rows)
        last = tuple(rows[-1][: len(table.primary_key)])
        weight = sum(len(value or b"") for row in rows for value in row[len(last) :])
        size = max(1, min(200, _SOON * len(rows) // (weight + 1)))
        await asyncio.sleep(0)


async def _some(
    uow: UnitOfWork,
    table: Table,
    columns: Sequence[Column[Any]],
    last: tuple[Any, ...] | None,
    size: int,
) -> Sequence[Any]:
    """The next rows after the key `last`: their key, and what is sealed as it lies there."""
    key = list(table.primary_key)
    raw = [type_coerce(one, LargeBinary).label(one.name) for one in columns]
    query = select(*key, *raw).where(_stale(columns)).order_by(*key).limit(size)
    if last is not None:
        query = query.where(tuple_(*key) > tuple_(*last))
    if uow.connection.dialect.name == "postgresql":
        query = query.with_for_update()
    return (await uow.connection.execute(query)).all()


async def _reseal(
    uow: UnitOfWork, table: Table, columns: Sequence[Column[Any]], row: Sequence[Any]
) -> None:
    key = list(table.primary_key)
    values = {}
    for column, value in zip(columns, row[len(key) :], strict=True):
        if value is not None and prefix_of(bytes(value)) != vault().prefix:
            assert isinstance(column.type, Sealed)
            plain = vault().open(bytes(value), column.type.place)
            fresh = vault().seal(plain, column.type.place)
            values[column.name] = bindparam(None, fresh, type_=LargeBinary)
    same = and_(*(column == value for column, value in zip(key, row, strict=False)))
    await uow.connection.execute(update(table).where(same).values(values))


def _stale(columns: Sequence[Column[Any]]) -> ColumnElement[bool]:
    """Whether one of `columns` holds what another key than the newest sealed."""
    prefix = vault().prefix
    newest = literal(prefix, LargeBinary)
    return or_(
        *(
            func.substr(type_coerce(one, LargeBinary), 1, len(prefix), type_=LargeBinary) != newest
            for one in columns
        )
    )
