"""One database: SQLite in WAL with `synchronous=FULL`, or PostgreSQL. Opens it and begins.

SQLite has one writer. Every transaction that may write begins with BEGIN IMMEDIATE (a deferred one
that reads and then writes fails at once when another writes, whatever the busy time-out), and
within the process they queue on a lock, so that none of them ever waits on the file's. One that
only reads waits for nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any, Final

from sqlalchemy import event, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from core.ports import Clock
from storage import migrate
from storage.policy import Actor
from storage.sqlite_connection import SqliteConnection
from storage.tables import account, household, person
from storage.unit import UnitOfWork

_DRIVERS: Final = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}
_BUSY_SECONDS: Final = 10
_READING: Final = "zoufang_reading"


class DatabaseError(Exception):
    """The database can't be used. `code` says why: ``bad_url``, ``unreachable``, ``newer``."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


def parse_url(text: str) -> URL:
    """The async URL of a database. Raises DatabaseError ``bad_url``."""
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise DatabaseError("bad_url", text.rsplit("@", maxsplit=1)[-1]) from error
    if url.drivername in _DRIVERS:
        url = url.set(drivername=_DRIVERS[url.drivername])
    if url.drivername not in _DRIVERS.values():
        raise DatabaseError("bad_url", url.drivername)
    return url


def sqlite_file(text: str) -> Path | None:
    """The file of an SQLite database; None for another kind. Raises DatabaseError ``bad_url``."""
    url = parse_url(text)
    named = url.drivername.startswith("sqlite") and url.database not in (None, "", ":memory:")
    return Path(url.database or "") if named else None


class Database:
    """An open database. Close it. `zone` is where its people live: their days begin there."""

    def __init__(self, engine: AsyncEngine, clock: Clock, zone: tzinfo = UTC) -> None:
        self.engine = engine
        self.clock = clock
        self.zone = zone
        self._writer = asyncio.Lock() if engine.dialect.name == "sqlite" else None
        self._reader = engine.execution_options(**{_READING: True, "postgresql_readonly": True})
        # A database in memory has one connection for all.
        self._reads_in_turn = isinstance(engine.pool, StaticPool)

    @classmethod
    async def open(
        cls, url: str, clock: Clock, zone: tzinfo = UTC, *, upgrade: bool = True
    ) -> Database:
        """Open `url` and bring its schema up to date. Raises DatabaseError, and VaultError if the
        vault in use is not the one that sealed what is in it."""
        parsed = parse_url(url)
        if parsed.drivername.startswith("sqlite") and parsed.database:
            _private(Path(parsed.database))
        database = cls(_engine(parsed), clock, zone)
        try:
            await database._check_schema(upgrade)
        except BaseException:
            await database.close()
            raise
        return database

    async def _check_schema(self, upgrade: bool) -> None:
        try:
            async with self.engine.begin() as connection:
                if await connection.run_sync(migrate.is_newer):
                    raise DatabaseError("newer")
                if upgrade:
                    await connection.run_sync(migrate.upgrade)
                    await _check_key(connection)
        except (DBAPIError, OSError) as error:
            reason = error.orig if isinstance(error, DBAPIError) else error
            raise DatabaseError("unreachable", str(reason)) from error

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()

    @asynccontextmanager
    async def unit(
        self, actor: Actor, purpose: str, channel: str = ""
    ) -> AsyncIterator[UnitOfWork]:
        """One transaction for `actor`, who acts for `purpose`: all of it is kept, or nothing."""
        async with AsyncExitStack() as stack:
            if self._writer:
                await stack.enter_async_context(self._writer)
            connection = await stack.enter_async_context(self.engine.begin())
            yield self._work(connection, actor, purpose, channel)

    @asynccontextmanager
    async def reading(
        self, actor: Actor, purpose: str, channel: str = ""
    ) -> AsyncIterator[UnitOfWork]:
        """One transaction that only reads: what is committed, waiting for no writer. PostgreSQL
        refuses a write in it; SQLite would let it through and may fail at it."""
        async with AsyncExitStack() as stack:
            if self._writer and self._reads_in_turn:
                await stack.enter_async_context(self._writer)
            connection = await stack.enter_async_context(self._reader.begin())
            yield self._work(connection, actor, purpose, channel)

    def _work(
        self, connection: AsyncConnection, actor: Actor, purpose: str, channel: str
    ) -> UnitOfWork:
        return UnitOfWork(
            connection, actor, purpose=purpose, channel=channel, clock=self.clock, zone=self.zone
        )


def _private(file: Path) -> None:
    """Make a new database's folder and file readable for their owner only."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not file.exists():
        file.touch(mode=0o600)


def _engine(url: URL) -> AsyncEngine:
    if not url.drivername.startswith("sqlite"):
        return create_async_engine(
            url, pool_size=10, max_overflow=10, pool_pre_ping=True, hide_parameters=True
        )
    connect = {"timeout": _BUSY_SECONDS, "async_creator_fn": SqliteConnection}
    engine = create_async_engine(url, connect_args=connect, hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Any) -> None:
    reading = connection.get_execution_options().get(_READING)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


async def _check_key(connection: AsyncConnection) -> None:
    """Open one sealed value. Raises VaultError ``wrong_key`` before anything is sealed anew."""
    for column in (account.c.name, person.c.name, household.c.address):
        if (await connection.execute(select(column).limit(1))).first():
            return
