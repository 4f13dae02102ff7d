"""Where the peers' bots keep answers: SQLite, WAL, `synchronous=FULL`, one commit an answer."""

from __future__ import annotations

import aiosqlite

from benchmarks.peers.answers import FILE
from benchmarks.peers.bots.told import FOLDER, KEEPS_ANSWERS


class AnswerStore:
    """One connection for all chats, as aiosqlite is mostly used. With ``BENCH_ANSWERS=none`` there
    is none, and nothing is kept: that is how fast the framework alone is."""

    def __init__(self, connection: aiosqlite.Connection | None) -> None:
        self._connection = connection

    @classmethod
    async def open(cls) -> AnswerStore:
        """Make the table in an empty folder."""
        if not KEEPS_ANSWERS:
            return cls(None)
        connection = await aiosqlite.connect(FOLDER / FILE)
        await connection.execute("PRAGMA journal_mode=WAL")
        await connection.execute("PRAGMA synchronous=FULL")
        await connection.execute("CREATE TABLE answer (interview TEXT, question TEXT, value TEXT)")
        await connection.commit()
        return cls(connection)

    async def keep(self, interview: str, question: str, value: str) -> None:
        """Returns once the answer is on the disk."""
        if self._connection is not None:
            await self._connection.execute(
                "INSERT INTO answer (interview, question, value) VALUES (?, ?, ?)",
                (interview, question, value),
            )
            await self._connection.commit()

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()
