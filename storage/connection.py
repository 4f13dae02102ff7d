"""What a unit of work speaks to: a connection that executes statements.

SQLAlchemy's asynchronous connection is one. The other is SQLite's writer: a statement that it runs
takes some 20 µs, and handing it to a thread and back would take ten times as long, so it is run
where it is asked for. What can wait for a disk or for another process, the begin and the commit,
is not run here: see `storage.writer`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVarTuple, overload

from sqlalchemy import Connection as SyncConnection
from sqlalchemy import CursorResult, Dialect, Executable
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.selectable import TypedReturnsRows

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]

_Ts = TypeVarTuple("_Ts")
_Rows = CursorResult[*tuple[Any, ...]]


class Connection(Protocol):
    """Executes statements within a transaction that somebody else begins and ends."""

    @property
    def dialect(self) -> Dialect:
        """``sqlite`` or ``postgresql`` by its name."""
        ...

    @overload
    async def execute(
        self, statement: TypedReturnsRows[*_Ts], parameters: Parameters | None = None, /
    ) -> CursorResult[*_Ts]: ...

    @overload
    async def execute(
        self, statement: Executable, parameters: Parameters | None = None, /
    ) -> _Rows: ...

    async def execute(
        self, statement: Executable, parameters: Parameters | None = None, /
    ) -> _Rows:
        """Run one statement, or one for each of several parameters."""
        ...


class InlineConnection:
    """A `Connection` that runs each statement at once, in the event loop."""

    def __init__(self, connection: SyncConnection, raw: sqlite3.Connection) -> None:
        self._connection = connection
        self._raw = raw

    def run(self, sql: str, values: Sequence[Any]) -> sqlite3.Cursor:
        """Give text and parameters straight to the driver. Raises SQLAlchemy's IntegrityError, as
        `execute` does, and without the values."""
        try:
            return self._raw.execute(sql, values)
        except sqlite3.IntegrityError as error:
            raise IntegrityError(sql, None, error, hide_parameters=True) from error

    @property
    def dialect(self) -> Dialect:
        """That of SQLite."""
        return self._connection.dialect

    @overload
    async def execute(
        self, statement: TypedReturnsRows[*_Ts], parameters: Parameters | None = None, /
    ) -> CursorResult[*_Ts]: ...

    @overload
    async def execute(
        self, statement: Executable, parameters: Parameters | None = None, /
    ) -> _Rows: ...

    async def execute(
        self, statement: Executable, parameters: Parameters | None = None, /
    ) -> _Rows:
        """Run one statement, or one for each of several parameters."""
        return self._connection.execute(statement, parameters)
