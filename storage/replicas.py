"""Which processes serve the same people from one database, as PostgreSQL itself knows it.

Each holds a lock of its session for as long as it lives. A lock ends with its process, however that
ends, so one that was killed is not counted.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Final

from sqlalchemy import Connection as SyncConnection
from sqlalchemy import text

from storage.async_engine import AsyncConnection
from storage.database import Database

_KEY: Final = 0x5A4F5546  # of the lock, among those that others may take in this database
_JOIN: Final = text(f"SELECT pg_advisory_lock_shared({_KEY})")
_COUNT: Final = text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    f" AND classid = 0 AND objid = {_KEY} AND mode = 'ShareLock'"
)


class Replicas:
    """This process among those of its database. SQLite has one, and nothing to be asked."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._session: AsyncConnection | None = None
        self._held = AsyncExitStack()

    async def join(self) -> None:
        """Be one of them until `leave`. What killed ones left, claims of messages and leases, runs
        out by itself: that nobody holds the lock does not prove that nobody is there, for one that
        lost its connection joins again only when it counts."""
        if self._database.shared:
            await self._rejoin()

    async def count(self) -> int:
        """How many there are now, this one among them; at least one. Joins again where the
        connection was lost."""
        if not self._database.shared:
            return 1
        try:
            session = self._session or await self._rejoin()
            found = (await session.execute(_COUNT)).scalar_one()
        except Exception:
            await self.leave()
            raise
        return max(int(found), 1)

    async def leave(self) -> None:
        """Be none of them any more."""
        session, self._session = self._session, None
        if session is not None:
            await session.run_sync(SyncConnection.invalidate)  # closed, and the lock goes with it
        await self._held.aclose()

    async def _open(self) -> AsyncConnection:
        engine = self._database.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._session = await self._held.enter_async_context(engine.connect())
        return self._session

    async def _rejoin(self) -> AsyncConnection:
        session = await self._open()
        await session.execute(_JOIN)
        return session
