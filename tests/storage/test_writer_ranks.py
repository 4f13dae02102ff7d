"""SQLite's one writer: work over many rows comes last, and is not kept waiting for ever."""

from __future__ import annotations

import asyncio

from storage.database import Database
from storage.policy import SYSTEM
from storage.writer import OVERTAKEN, Rank


class Turns:
    """Who had a turn, in that order. Whoever is given a `gate` waits in the turn until it opens."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.had: list[str] = []
        self.begun = asyncio.Event()

    async def take(self, name: str, rank: Rank, gate: asyncio.Event | None = None) -> None:
        async with self._database.unit(SYSTEM, "test", rank=rank):
            self.had.append(name)
            self.begun.set()
            if gate:
                await gate.wait()


async def test_who_comes_last_waits_until_nobody_else_does(sqlite_database: Database) -> None:
    turns = Turns(sqlite_database)
    await asyncio.gather(
        turns.take("many rows", "last"),
        turns.take("a step", "usual"),
        turns.take("another", "usual"),
        turns.take("sent", "first"),
    )
    assert turns.had == ["sent", "a step", "another", "many rows"]


async def test_a_step_waits_for_one_piece_of_long_work_at_most(sqlite_database: Database) -> None:
    turns, gate = Turns(sqlite_database), asyncio.Event()
    work = [asyncio.create_task(turns.take("piece 1", "last", gate))]
    await turns.begun.wait()
    work += [asyncio.create_task(turns.take(f"piece {n}", "last")) for n in (2, 3)]
    work += [asyncio.create_task(turns.take("a step", "usual"))]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(*work)
    assert turns.had == ["piece 1", "a step", "piece 2", "piece 3"]


async def test_two_pieces_of_long_work_share_no_commit(sqlite_database: Database) -> None:
    turns, kept = Turns(sqlite_database), []

    async def piece(name: str) -> None:
        await turns.take(name, "last")
        kept.append((name, list(turns.had)))

    await asyncio.gather(piece("1"), piece("2"))
    assert kept[0] == ("1", ["1"])


async def test_long_work_goes_on_while_steps_never_end(sqlite_database: Database) -> None:
    turns, over = Turns(sqlite_database), asyncio.Event()

    async def chat(name: str) -> None:
        while not over.is_set():
            await turns.take(name, "usual")

    chats = [asyncio.create_task(chat(f"chat {n}")) for n in range(2)]
    await turns.begun.wait()
    before = len(turns.had)
    await turns.take("many rows", "last")
    over.set()
    await asyncio.gather(*chats)
    steps = turns.had.index("many rows") - before
    assert steps <= (OVERTAKEN + 2) * len(chats)
