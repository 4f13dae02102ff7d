"""An SQLite connection whose end is an end, whatever was cancelled before."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress
from functools import partial
from typing import Any, Final
from weakref import WeakSet

import aiosqlite

_ROWS: Final = 64  # fetched at a time when a result is iterated


class _Undoing(sqlite3.Connection):
    """Rolls back before it closes: SQLite keeps a closed connection and its lock for as long as one
    of its statements lives, and the traceback of a cancelled task may hold one."""

    def close(self) -> None:
        with suppress(sqlite3.ProgrammingError):  # it may have been closed before
            if self.in_transaction:
                self.rollback()
        super().close()


class SqliteConnection(aiosqlite.Connection):
    """aiosqlite's connection, which a cancelled transaction can't leave waiting for ever.

    SQLAlchemy closes the connection of a task that was cancelled, and stops it at once where the
    cancelling goes on. The first of these ends the connection's thread; without this class the
    second waits for an answer of that thread, and the program never ends.
    """

    def __init__(self, file: str, **arguments: Any) -> None:
        super().__init__(partial(sqlite3.connect, file, factory=_Undoing, **arguments), _ROWS)
        self._thread.daemon = True
        self._ended: asyncio.Future[Any] | None = None
        self._ending = False

    def join(self, seconds: float) -> None:
        """Wait, for so long at most, until the thread has closed the file: it was told to."""
        if self._ending:
            self._thread.join(seconds)

    def stop(self) -> asyncio.Future[Any] | None:
        """End the thread once everything before is done; the same future each time."""
        if not self._ending:
            self._ending = True
            self._ended = super().stop()
        return self._ended


class SqliteConnections:
    """Makes the connections to one file, and knows when the file is let go."""

    def __init__(self) -> None:
        self._made: WeakSet[SqliteConnection] = WeakSet()

    def __call__(self, file: str, **arguments: Any) -> SqliteConnection:
        """One more."""
        connection = SqliteConnection(file, **arguments)
        self._made.add(connection)
        return connection

    async def ended(self, seconds: float) -> None:
        """Wait until all that were closed are closed indeed. That of a cancelled task closes by
        itself, a moment after nobody waits for it any more."""
        for connection in list(self._made):
            await asyncio.to_thread(connection.join, seconds)
