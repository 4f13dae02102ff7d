"""Statements that every step runs, made ready once.

To run a small statement, SQLAlchemy takes ten times as long as SQLite: it looks the compiled form
up, arranges parameters, and wraps the result for every use that anybody may make of it. Here the
statement is compiled once for SQLite, with what its types do to values on the way in and out, and
is then given to the driver as text and a tuple. PostgreSQL is asked over a network, so there the
statement goes the ordinary way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final

from sqlalchemy import ClauseElement, Dialect, Executable, Insert
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.types import TypeEngine

from storage.connection import Connection, InlineConnection
from storage.tables import Instant

Values = Mapping[str, Any]
_Process = Callable[[Any], Any] | None


class Ready:
    """One statement. `keys` name the columns that an INSERT or an UPDATE is given as values, beside
    the parameters that stand in it."""

    def __init__(self, statement: Executable, *keys: str) -> None:
        self.statement = statement
        self._keys = keys
        self._prepared: _Prepared | None = None

    async def first(self, connection: Connection, values: Values) -> Values | None:
        """The first row of a SELECT by column name; None if there is none."""
        if not isinstance(connection, InlineConnection):
            found = (await connection.execute(self.statement, values)).first()
            return found._mapping if found is not None else None  # type: ignore[return-value]
        prepared = self._prepare(connection)
        row = connection.run(prepared.sql, prepared.bind(values)).fetchone()
        return prepared.read(row) if row is not None else None

    async def all(self, connection: Connection, values: Values) -> Sequence[Values]:
        """Every row of a SELECT by column name."""
        if not isinstance(connection, InlineConnection):
            rows = await connection.execute(self.statement, values)
            return [row._mapping for row in rows]  # type: ignore[misc]
        prepared = self._prepare(connection)
        return [prepared.read(row) for row in connection.run(prepared.sql, prepared.bind(values))]

    async def run(self, connection: Connection, values: Values) -> int:
        """Run it; how many rows it changed."""
        if not isinstance(connection, InlineConnection):
            return (await connection.execute(self.statement, values)).rowcount
        prepared = self._prepare(connection)
        return connection.run(prepared.sql, prepared.bind(values)).rowcount

    async def each(self, connection: Connection, values: Sequence[Values]) -> None:
        """Run it for each of several sets of values."""
        if not isinstance(connection, InlineConnection):
            await connection.execute(self.statement, values)
            return
        prepared = self._prepare(connection)
        for one in values:
            connection.run(prepared.sql, prepared.bind(one))

    async def add(self, connection: Connection, rows: Sequence[Values]) -> Sequence[int]:
        """Run an INSERT for each of `rows`; the ids that they were given."""
        if not isinstance(connection, InlineConnection):
            return (await connection.execute(self._returning, rows)).scalars().all()
        prepared = self._prepare(connection)
        return [connection.run(prepared.sql, prepared.bind(row)).lastrowid or 0 for row in rows]

    @cached_property
    def _returning(self) -> ReturningInsert[Any]:
        assert isinstance(self.statement, Insert)
        return self.statement.returning(self.statement.table.c.id, sort_by_parameter_order=True)

    def _prepare(self, connection: InlineConnection) -> _Prepared:
        if self._prepared is None:
            self._prepared = _Prepared(self.statement, connection.dialect, self._keys)
        return self._prepared


class _Prepared:
    """The text for SQLite, and what is done to each value."""

    def __init__(self, statement: Executable, dialect: Dialect, keys: Sequence[str]) -> None:
        assert isinstance(statement, ClauseElement)
        compiled = statement.compile(dialect=dialect, column_keys=list(keys) or None)
        assert isinstance(compiled, SQLCompiler)
        self.sql = str(compiled)
        self._fixed = {name: bind.value for name, bind in compiled.binds.items()}
        self._in: list[tuple[str, _Process]] = [
            (name, _bind_processor(compiled.binds[name].type, dialect))
            for name in compiled.positiontup or ()
        ]
        self._statement = statement
        self._dialect = dialect

    def bind(self, values: Values) -> tuple[Any, ...]:
        bound = []
        for name, process in self._in:
            value = values[name] if name in values else self._fixed[name]
            bound.append(value if process is None else process(value))
        return tuple(bound)

    def read(self, row: Sequence[Any]) -> Values:
        return {
            name: value if process is None else process(value)
            for (name, process), value in zip(self._out, row, strict=True)
        }

    @cached_property
    def _out(self) -> list[tuple[str, _Process]]:
        columns = self._statement.selected_columns  # type: ignore[attr-defined]  # of a SELECT
        return [
            (
                column.key,
                column.type.dialect_impl(self._dialect).result_processor(self._dialect, None),
            )
            for column in columns
        ]


def _bind_processor(kind: TypeEngine[Any], dialect: Dialect) -> _Process:
    """What is done to a value on its way in. A step writes moments by the dozen, and SQLAlchemy
    spells each number of one by itself."""
    if isinstance(kind, Instant):
        return _spelled
    return kind.dialect_impl(dialect).bind_processor(dialect)


_OFFSET: Final = -len("+00:00")


def _spelled(moment: datetime | None) -> str | None:
    """A moment as SQLAlchemy writes it into SQLite."""
    if moment is None:
        return None
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(" ", "microseconds")[:_OFFSET]
