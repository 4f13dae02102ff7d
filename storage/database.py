"""One database: SQLite in WAL with `synchronous=FULL`, or PostgreSQL. Opens it and begins.

SQLite has one writer (`storage.writer`): every transaction that may write takes its turn there. One
that only reads waits for nobody, and runs in a thread, as it may be long.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, create_engine, event, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidatePoolError
from sqlalchemy.pool import NullPool

from core.ports import Clock
from core.quick_json import loads
from storage import migrate
from storage.async_engine import PATIENCE, AsyncConnection, AsyncEngine
from storage.connection import Connection
from storage.policy import Actor
from storage.sqlite_connection import SqliteConnections
from storage.tables import account, household, person
from storage.unit import UnitOfWork
from storage.writer import Rank, Writer

_DRIVERS: Final = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}
_EVERY: Final[Mapping[str, Any]] = {"hide_parameters": True, "json_deserializer": loads}
"""What every engine is made with."""

_BUSY_SECONDS: Final = 10
_READING: Final = "zoufang_reading"


class DatabaseError(Exception):
    """The database can't be used. `code` says why: ``bad_url``, ``unreachable``, ``newer``."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


def parse_url(text: str) -> URL:
    """The async URL of a database. Raises DatabaseError ``bad_url``; SQLite in memory is refused
    too, for nothing would be kept."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:  # ValueError: a port that is no number
        raise DatabaseError("bad_url", _without_password(text)) from error
    if url.drivername in _DRIVERS:
        url = url.set(drivername=_DRIVERS[url.drivername])
    if url.drivername not in _DRIVERS.values():
        raise DatabaseError("bad_url", url.drivername)
    if not url.drivername.startswith("sqlite"):
        return _with_ssl(url)
    if url.database in (None, "", ":memory:"):
        raise DatabaseError("bad_url", "sqlite in memory")
    if url.host or url.query:
        raise DatabaseError("bad_url", "sqlite://" + (url.host or "?" + ", ".join(url.query)))
    return url


def _without_password(text: str) -> str:
    """The part of a malformed URL that can hold no secret."""
    return text.rpartition("@")[2] if "@" in text else text.partition(":")[0]


def _with_ssl(url: URL) -> URL:
    """The same URL with ``sslmode``, PostgreSQL's own name, as our driver calls it."""
    if "sslmode" not in url.query:
        return url
    mode = url.query["sslmode"]
    return url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})


def sqlite_file(text: str) -> Path | None:
    """The file of an SQLite database; None for another kind. Raises DatabaseError ``bad_url``."""
    url = parse_url(text)
    return Path(url.database or "") if url.drivername.startswith("sqlite") else None


@dataclass(frozen=True, slots=True)
class Engines:
    """How one database is connected to: `writing` is that of SQLite's writer."""

    main: AsyncEngine
    writing: Engine | None = None
    opened: SqliteConnections | None = None

    @classmethod
    def of(cls, url: URL) -> Engines:
        """Engines for a URL of `parse_url`; nothing is connected yet."""
        if not url.drivername.startswith("sqlite"):
            main = AsyncEngine.of(url, pool_size=10, max_overflow=10, **_EVERY)
            event.listen(main.sync_engine, "checkout", _ping)
            return cls(main)
        opened = SqliteConnections()
        connect = {"timeout": _BUSY_SECONDS, "async_creator_fn": opened}
        main = AsyncEngine.of(url, connect_args=connect, **_EVERY)
        event.listen(main.sync_engine, "connect", _prepare_sqlite)
        event.listen(main.sync_engine, "begin", _begin)
        writing = create_engine(
            url.set(drivername="sqlite"),
            poolclass=NullPool,
            connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
            **_EVERY,
        )
        event.listen(writing, "connect", _prepare_writer)
        return cls(main, writing, opened)


class Database:
    """An open database. Close it. `zone` is where its people live: their days begin there."""

    def __init__(self, engines: Engines, clock: Clock, zone: tzinfo = UTC) -> None:
        self.engines = engines
        self.engine = engines.main
        self.clock = clock
        self.zone = zone
        self._writer = Writer(engines.writing) if engines.writing else None
        self._reader = self.engine.execution_options(
            **{_READING: True, "postgresql_readonly": True}
        )

    @classmethod
    async def open(
        cls, url: str, clock: Clock, zone: tzinfo = UTC, *, upgrade: bool = True
    ) -> Database:
        """Open `url` and bring its schema up to date. Raises DatabaseError, and VaultError if the
        vault in use is not the one that sealed what is in it."""
        parsed = parse_url(url)
        if parsed.drivername.startswith("sqlite") and parsed.database:
            _private(Path(parsed.database))
        database = cls(Engines.of(parsed), clock, zone)
        try:
            await database._check_schema(upgrade)
        except BaseException:
            await database.close()
            raise
        return database

    async def _check_schema(self, upgrade: bool) -> None:
        try:
            await self._check_options()
            async with self.engine.begin() as connection:
                if await connection.run_sync(migrate.is_newer):
                    raise DatabaseError("newer")
                if upgrade:
                    await connection.run_sync(migrate.upgrade)
                    await _check_key(connection)
        except (DBAPIError, OSError) as error:
            reason = error.orig if isinstance(error, DBAPIError) else error
            raise DatabaseError("unreachable", str(reason)) from error

    async def _check_options(self) -> None:
        """Connect once, to find out an option of the URL that the driver does not take."""
        try:
            async with self.engine.connect():
                pass
        except TypeError as error:
            raise DatabaseError("bad_url", str(error)) from error

    async def close(self) -> None:
        """Close every connection. Who still reads may end first, for some seconds; what they let
        go of, or were cancelled in, is closed too when this returns."""
        if self._writer:
            await self._writer.close()
        await self.engine.dispose()
        if self.engines.opened:
            await self.engines.opened.ended(PATIENCE)

    @property
    def shared(self) -> bool:
        """Whether other processes may serve the same people from it at the same time."""
        return self._writer is None

    @asynccontextmanager
    async def unit(
        self, actor: Actor, purpose: str, channel: str = "", *, rank: Rank = "usual"
    ) -> AsyncIterator[UnitOfWork]:
        """One transaction for `actor`, who acts for `purpose`: all of it is kept, or nothing. Its
        `rank` tells whom it goes before, of those that wait for SQLite's one writer: work over many
        rows comes last."""
        async with self._transaction(rank) as connection:
            yield self._work(connection, actor, purpose, channel)

    def _transaction(self, rank: Rank) -> AbstractAsyncContextManager[Connection]:
        return self._writer.transaction(rank) if self._writer else self.engine.begin()

    @asynccontextmanager
    async def reading(
        self, actor: Actor, purpose: str, channel: str = ""
    ) -> AsyncIterator[UnitOfWork]:
        """One transaction that only reads: what is committed, waiting for no writer. PostgreSQL
        refuses a write in it; SQLite would let it through and may fail at it."""
        async with self._reader.begin() as connection:
            yield self._work(connection, actor, purpose, channel)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """A connection beside the one that writes, for what reads whole tables."""
        async with self._reader.begin() as connection:
            yield connection

    def _work(self, connection: Connection, actor: Actor, purpose: str, channel: str) -> UnitOfWork:
        return UnitOfWork(
            connection, actor, purpose=purpose, channel=channel, clock=self.clock, zone=self.zone
        )


def _private(file: Path) -> None:
    """Make a new database's folder and file readable for their owner only."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not file.exists():
        file.touch(mode=0o600)


def _ping(connection: Any, _record: object, _checked_out: object) -> None:
    """As `pool_pre_ping`, which takes three ways to the server and back instead of one."""
    from asyncpg import InterfaceError, PostgresError

    try:
        connection.run_async(lambda driver: driver.execute("SELECT 1"))
    except (OSError, InterfaceError, PostgresError) as error:
        raise InvalidatePoolError from error


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_writer(connection: Any, record: object) -> None:
    _prepare_sqlite(connection, record)
    connection.execute("PRAGMA busy_timeout=0")  # the writer waits without stopping the event loop


def _begin(connection: Any) -> None:
    reading = connection.get_execution_options().get(_READING)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


async def _check_key(connection: AsyncConnection) -> None:
    """Open one sealed value. Raises VaultError ``wrong_key`` before anything is sealed anew."""
    for column in (account.c.name, person.c.name, household.c.address):
        if (await connection.execute(select(column).limit(1))).first():
            return
