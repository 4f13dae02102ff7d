"""SQLite's one writer: who waits at one moment shares a commit, and nobody shares a failure."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress
from math import ceil
from pathlib import Path

import pytest
from sqlalchemy import event, text

from storage.areas import Area
from storage.database import Database, sqlite_file
from storage.policy import OPERATOR, SYSTEM
from storage.writer import TOGETHER, NotCommittedError, Rank
from tests.patience import PATIENCE


def county(number: int) -> Area:
    return Area(f"99{number:04}", "county", f"第{number}县")


async def add(database: Database, number: int, *, fail: bool = False) -> None:
    async with database.unit(OPERATOR, "test") as uow:
        await uow.areas.put([county(number)])
        if fail:
            raise ArithmeticError


async def kept(database: Database) -> set[str]:
    async with database.reading(OPERATOR, "test") as uow:
        return {area.code for area in await uow.areas.all()}


def file_of(database: Database) -> Path:
    file = sqlite_file(str(database.engine.url))
    assert file is not None
    return file


async def commits_of(database: Database, work: int) -> int:
    """How many commits `work` transactions of one moment take."""
    said: list[str] = []
    assert database.engines.writing is not None

    def listen(raw: sqlite3.Connection, _record: object) -> None:
        raw.set_trace_callback(said.append)

    event.listen(database.engines.writing, "connect", listen)
    await asyncio.gather(*(add(database, number) for number in range(work)))
    return said.count("COMMIT")


async def test_who_waits_at_one_moment_shares_a_commit(sqlite_database: Database) -> None:
    assert await commits_of(sqlite_database, 20) == 1
    assert len(await kept(sqlite_database)) == 20


async def test_a_crowd_is_kept_in_several_commits_so_that_the_first_waits_little(
    sqlite_database: Database,
) -> None:
    assert await commits_of(sqlite_database, 200) == ceil(200 / TOGETHER)
    assert len(await kept(sqlite_database)) == 200


async def test_what_fails_is_undone_alone(sqlite_database: Database) -> None:
    work = [add(sqlite_database, number, fail=number % 3 == 0) for number in range(9)]
    results = await asyncio.gather(*work, return_exceptions=True)
    assert [type(result) is ArithmeticError for result in results] == [True, False, False] * 3
    assert await kept(sqlite_database) == {county(n).code for n in range(9) if n % 3}


async def test_nobody_goes_on_before_the_commit(sqlite_database: Database) -> None:
    seen: list[bool] = []

    async def add_and_look(number: int) -> None:
        await add(sqlite_database, number)
        seen.append(county(number).code in await kept(sqlite_database))

    await asyncio.gather(*(add_and_look(number) for number in range(10)))
    assert seen == [True] * 10


async def test_who_comes_first_is_served_before_those_that_wait(
    sqlite_database: Database,
) -> None:
    served: list[int] = []

    async def serve(number: int, rank: Rank = "usual") -> None:
        async with sqlite_database.unit(SYSTEM, "test", rank=rank):
            served.append(number)

    work = [serve(1), serve(2), serve(3, "first"), serve(4, "first")]
    await asyncio.gather(*work)
    assert served == [3, 4, 1, 2]


async def test_who_gives_up_waiting_holds_nobody_up(sqlite_database: Database) -> None:
    held = asyncio.Event()

    async def hold() -> None:
        async with sqlite_database.unit(OPERATOR, "test"):
            await held.wait()

    holding = asyncio.create_task(hold())
    await asyncio.sleep(0)
    tasks = [asyncio.create_task(add(sqlite_database, number)) for number in range(4)]
    await asyncio.sleep(0)
    for task in tasks[:3]:
        task.cancel()
    held.set()
    await asyncio.gather(holding, *tasks, return_exceptions=True)
    assert await kept(sqlite_database) == {county(3).code}


@pytest.mark.parametrize("moments", range(0, 24, 2))
async def test_cancelling_at_any_moment_leaves_the_writer_usable(
    sqlite_database: Database, moments: int
) -> None:
    tasks = [asyncio.create_task(add(sqlite_database, number)) for number in range(5)]
    for _ in range(moments):
        await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    async with asyncio.timeout(PATIENCE):
        await add(sqlite_database, 7)
    found = await kept(sqlite_database)
    assert {county(1).code, county(3).code, county(7).code} <= found


async def test_another_process_that_writes_is_waited_for(sqlite_database: Database) -> None:
    await add(sqlite_database, 1)
    other = sqlite3.connect(file_of(sqlite_database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(add(sqlite_database, 2))
    for _ in range(5):
        await asyncio.sleep(0.01)
    assert not waiting.done()
    other.execute("COMMIT")
    other.close()
    async with asyncio.timeout(PATIENCE):
        await waiting
    assert len(await kept(sqlite_database)) == 2


async def test_a_full_disk_fails_all_of_a_commit_and_nothing_after_it(
    sqlite_database: Database,
) -> None:
    await add(sqlite_database, 1)
    await limit(sqlite_database, 0)
    results = await asyncio.gather(
        *(fill(sqlite_database, number) for number in range(2, 8)), return_exceptions=True
    )
    assert all(isinstance(result, Exception) for result in results)
    async with asyncio.timeout(PATIENCE):
        await add(sqlite_database, 9)  # a new connection has no limit
    assert await kept(sqlite_database) == {county(1).code, county(9).code}


async def limit(database: Database, spare: int) -> None:
    """Let the file grow by `spare` pages and no more."""
    async with database.unit(SYSTEM, "test") as uow:
        pages = (await uow.connection.execute(text("PRAGMA page_count"))).scalar_one()
        await uow.connection.execute(text(f"PRAGMA max_page_count={pages + spare}"))


async def fill(database: Database, number: int) -> None:
    async with database.unit(OPERATOR, "test") as uow:
        await uow.areas.put([Area(county(number).code, "county", "县" * 100_000)])


async def test_the_writer_closes_in_the_middle_of_work(sqlite_database: Database) -> None:
    tasks = [asyncio.create_task(add(sqlite_database, number)) for number in range(5)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    async with asyncio.timeout(PATIENCE):
        await sqlite_database.close()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks)


async def test_a_transaction_within_a_transaction_is_refused_and_waits_for_nobody(
    sqlite_database: Database,
) -> None:
    async with asyncio.timeout(PATIENCE), sqlite_database.unit(SYSTEM, "test"):
        with pytest.raises(RuntimeError, match="within"):
            async with sqlite_database.unit(SYSTEM, "test"):
                pass
    await add(sqlite_database, 1)


async def test_a_closed_database_is_not_written_to(sqlite_database: Database) -> None:
    await add(sqlite_database, 1)
    await sqlite_database.close()
    with pytest.raises(NotCommittedError):
        await add(sqlite_database, 2)
