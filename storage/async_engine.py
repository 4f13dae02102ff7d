"""SQLAlchemy's engine in asyncio, without the ORM.

SQLAlchemy's own package for asyncio loads the ORM, which nobody here uses: a tenth of the time that
the program needs to start, and 8 MiB. This is the small part of that package that we need, on the
same ground: the engine runs in a greenlet, and what its driver awaits is awaited out here.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, TypeVar, TypeVarTuple, overload

from sqlalchemy import Connection as SyncConnection
from sqlalchemy import CursorResult, Dialect, Engine, Executable, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.sql.selectable import TypedReturnsRows
from sqlalchemy.util import greenlet_spawn

from storage.connection import Parameters

PATIENCE: Final = 5.0
"""Seconds in which whoever has a connection at the end gives it back."""

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")
_Rows = CursorResult[*tuple[Any, ...]]


class AsyncConnection:
    """A `storage.connection.Connection` that waits for its driver."""

    def __init__(self, connection: SyncConnection) -> None:
        self._connection = connection

    @property
    def dialect(self) -> Dialect:
        """That of the engine."""
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
        """Run one statement, or one for each of several parameters; the result is here whole."""
        return await greenlet_spawn(self._connection.execute, statement, parameters)

    async def run_sync(self, work: Callable[[SyncConnection], _T]) -> _T:
        """What `work` returns, which gets the connection as one that does not know asyncio."""
        return await greenlet_spawn(work, self._connection)


class _Uses:
    """How many connections of a pool are in use, and whether it is closed."""

    def __init__(self) -> None:
        self.closed = False
        self._count = 0
        self._none = asyncio.Event()

    def begin(self) -> None:
        self._count += 1

    def end(self) -> None:
        self._count -= 1
        if self.closed and not self._count:
            self._none.set()

    async def over(self) -> None:
        """Wait for the last one."""
        if self._count:
            await self._none.wait()


class AsyncEngine:
    """Connections of one database, by an asynchronous driver."""

    def __init__(self, engine: Engine, uses: _Uses | None = None) -> None:
        self.sync_engine = engine
        self._uses = uses or _Uses()

    @classmethod
    def of(cls, url: URL, **options: Any) -> AsyncEngine:
        """An engine with SQLAlchemy's `options`. The URL names an asynchronous driver."""
        return cls(create_engine(url, **options))

    @property
    def dialect(self) -> Dialect:
        """``sqlite`` or ``postgresql`` by its name."""
        return self.sync_engine.dialect

    @property
    def url(self) -> URL:
        """Where the database is. Its text hides the password."""
        return self.sync_engine.url

    def execution_options(self, **options: Any) -> AsyncEngine:
        """The same connections, whose statements run with these options."""
        return AsyncEngine(self.sync_engine.execution_options(**options), self._uses)

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[AsyncConnection]:
        """A connection. What was not committed at the end is undone."""
        self._uses.begin()
        try:
            connection = await greenlet_spawn(self.sync_engine.connect)
            try:
                yield AsyncConnection(connection)
            finally:
                await _to_the_end(greenlet_spawn(self._give_back, connection))
        finally:
            self._uses.end()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A connection in a transaction: kept as a whole at the end, or undone after an error."""
        async with self.connect() as connection:
            transaction = await connection.run_sync(SyncConnection.begin)
            try:
                yield connection
            except BaseException:
                await greenlet_spawn(transaction.rollback)
                raise
            await greenlet_spawn(transaction.commit)

    def _give_back(self, connection: SyncConnection) -> None:
        if self._uses.closed and not connection.invalidated:
            connection.detach()  # a closed pool would take it back and keep it open
        connection.close()

    async def dispose(self, patience: float = PATIENCE) -> None:
        """Close every connection; for those in use wait so many seconds until they are given
        back. Then nothing of ours holds the database any more."""
        self._uses.closed = True
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._uses.over()
        await greenlet_spawn(self.sync_engine.dispose)


async def _to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Wait until `work` is done, also when cancelled meanwhile: then that is raised afterwards."""
    task = asyncio.create_task(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled
    task.result()
