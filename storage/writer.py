"""SQLite's one writer: transactions take turns, and those of one moment share a commit.

A commit waits for the disk; with `synchronous=FULL` it is the dearest part of a small transaction.
So whoever waits while another transaction runs joins it, inside a savepoint of their own: what
fails is undone alone, what ends well is kept by one commit for all. Nobody goes on before that
commit. It runs in a thread, as the event loop must not wait for a disk; so does opening the file.

Work over many rows is cut into short transactions that come last: each waits until nobody else
does, and begins a commit of its own. So whoever comes meanwhile waits for one of them at most.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, Literal

from sqlalchemy import Connection as SyncConnection
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from storage.connection import InlineConnection

TOGETHER: Final = 24  # transactions that share a commit at most, so that the first waits little
OVERTAKEN: Final = 8  # commits that go before one that comes last, so that its turn comes
_BUSY_SECONDS: Final = 10.0  # how long another process may hold the file
_LOOK_AGAIN: Final = 0.01  # seconds, while it does

Rank = Literal["first", "usual", "last"]
"""Whom a transaction goes before, of those that wait for their turn."""


class NotCommittedError(Exception):
    """What a transaction did was not kept, though it ended well: the disk is full, or fails."""


class _Turn:
    """One transaction that waits for its turn, has it, or waits for the commit."""

    __slots__ = ("begun", "kept", "over")

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.begun: asyncio.Future[InlineConnection] = loop.create_future()
        self.over: asyncio.Future[bool] = loop.create_future()
        self.kept: asyncio.Future[None] = loop.create_future()

    def fail(self, error: Exception) -> None:
        """Tell whoever waits for the turn or for the commit."""
        waits = self.kept if self.begun.done() else self.begun
        failed = self.over.done() and not self.over.result()  # it knows, and waits for nothing
        if not waits.done() and not failed:
            waits.set_exception(error)


class Writer:
    """The connection that writes to one SQLite file. `engine` opens it, without any pool."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: SyncConnection | None = None
        self._waiting: dict[Rank, deque[_Turn]] = {
            "first": deque(),
            "usual": deque(),
            "last": deque(),
        }
        self._overtaken = 0  # commits since one that comes last had its turn
        self._work: asyncio.Task[None] | None = None
        self._holder: asyncio.Task[Any] | None = None
        self._closed = False

    @asynccontextmanager
    async def transaction(self, rank: Rank = "usual") -> AsyncIterator[InlineConnection]:
        """One transaction: kept as a whole once this has ended, or nothing of it. Those of one
        `rank` have their turns in the order in which they came.

        Raises NotCommittedError, also where another process holds the file for too long.
        """
        if self._closed:
            raise NotCommittedError("the database is closed")
        if self._holder is asyncio.current_task():
            raise RuntimeError("a transaction within a transaction would wait for itself")
        turn = _Turn()
        self._waiting[rank].append(turn)
        if self._work is None:
            self._work = asyncio.create_task(self._serve())
        try:
            connection = await turn.begun
            self._holder = asyncio.current_task()
            yield connection
        except BaseException:
            _settle(turn.over, False)
            raise
        finally:
            self._holder = None
        turn.over.set_result(True)
        await turn.kept

    async def close(self) -> None:
        """End what runs, and let go of the file. Nothing can be written after that."""
        self._closed = True
        while self._work is not None:
            await asyncio.wait([self._work])
        if self._connection is not None:
            await asyncio.to_thread(self._connection.close)
            self._connection = None

    async def _serve(self) -> None:
        """Give everybody who waits a turn."""
        try:
            while any(self._waiting.values()):
                await self._together()
        finally:
            self._work = None

    async def _together(self) -> None:
        """One transaction of the database: those who wait, one after another, and the commit."""
        kept: list[_Turn] = []
        try:
            raw = await self._begin()
            while (queue := self._next(begun=bool(kept))) and len(kept) < TOGETHER:
                kept.append(queue.popleft())
                if not await self._one(kept[-1], raw):
                    kept.pop()
            await asyncio.to_thread(raw.execute, "COMMIT")
        except Exception as error:
            await self._lost(error, kept)
            return
        for turn in kept:
            _settle(turn.kept, None)

    def _next(self, *, begun: bool) -> deque[_Turn]:
        """Those of whom one goes next; with `begun` it shares the commit of others."""
        others, last = self._waiting["first"] or self._waiting["usual"], self._waiting["last"]
        if begun or not last:
            return others
        if others and self._overtaken < OVERTAKEN:
            self._overtaken += 1
            return others
        self._overtaken = 0
        return last

    async def _one(self, turn: _Turn, raw: sqlite3.Connection) -> bool:
        """Let one transaction do its work; whether it ended well."""
        if turn.begun.cancelled():
            return False
        raw.execute("SAVEPOINT turn")
        turn.begun.set_result(InlineConnection(self._open, raw))
        well = await turn.over
        if not raw.in_transaction:  # SQLite undid everything: a full disk can make it do so
            raise NotCommittedError("the whole transaction was undone")
        if not well:
            raw.execute("ROLLBACK TO turn")
        raw.execute("RELEASE turn")
        return well

    async def _begin(self) -> sqlite3.Connection:
        """Begin, once no other process writes. Raises sqlite3.OperationalError after a while."""
        if self._connection is None:
            self._connection = await asyncio.to_thread(self._engine.connect)
        raw: Any = self._open.connection.dbapi_connection
        loop = asyncio.get_running_loop()
        patience = loop.time() + _BUSY_SECONDS
        while True:
            try:
                raw.execute("BEGIN IMMEDIATE")
                return raw  # type: ignore[no-any-return]
            except sqlite3.OperationalError as error:
                busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                if not busy or loop.time() > patience:
                    raise
            await asyncio.sleep(_LOOK_AGAIN)

    @property
    def _open(self) -> SyncConnection:
        assert self._connection is not None
        return self._connection

    async def _lost(self, error: Exception, kept: list[_Turn]) -> None:
        """Nothing was kept: tell those who relied on it, or who can't even begin."""
        if not kept:
            for queue in self._waiting.values():
                kept += queue
                queue.clear()
        connection, self._connection = self._connection, None
        try:
            if connection is not None:  # a new one finds out by itself whether the file works again
                await asyncio.to_thread(_undo, connection)
        finally:
            for turn in kept:
                failure = NotCommittedError(str(error))
                failure.__cause__ = error
                turn.fail(failure)


def _undo(connection: SyncConnection) -> None:
    raw: Any = connection.connection.dbapi_connection
    with suppress(sqlite3.Error, SQLAlchemyError):
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        connection.close()


def _settle(future: asyncio.Future[Any], value: object) -> None:
    if not future.done():
        future.set_result(value)
