"""The engine in asyncio: what is kept, what is undone, and that no connection stays behind."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from sqlalchemy import func, insert, select, text

from storage.async_engine import AsyncEngine
from storage.database import Database
from storage.tables import area

COUNTY = {"code": "990101", "level": "county", "name": "示范县"}


async def areas(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return (await connection.execute(select(func.count()).select_from(area))).scalar_one()


async def test_what_ends_well_is_kept(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(insert(area).values(COUNTY))
    assert await areas(database.engine) == 1


async def test_what_fails_is_undone(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.engine.begin() as connection:
            await connection.execute(insert(area).values(COUNTY))
            raise ZeroDivisionError
    assert await areas(database.engine) == 0


async def test_what_is_not_committed_is_undone(database: Database) -> None:
    async with database.engine.connect() as connection:
        await connection.execute(insert(area).values(COUNTY))
    assert await areas(database.engine) == 0


@pytest.mark.parametrize("again", range(0, 12, 3))
async def test_being_cancelled_twice_gives_the_connection_back(
    database: Database, again: int
) -> None:
    async def work() -> None:
        async with database.engine.begin() as connection:
            await connection.execute(insert(area).values(COUNTY))
            begun.set()
            await asyncio.Event().wait()

    begun = asyncio.Event()
    task = asyncio.create_task(work())
    await begun.wait()
    task.cancel()
    for _ in range(again):
        await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert task.cancelled()
    assert database.engine.sync_engine.pool.checkedout() == 0
    assert await areas(database.engine) == 0


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)  # SQLite has no server
async def test_connections_that_the_server_ended_are_made_anew(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(insert(area).values(COUNTY))

    async def together() -> list[int]:
        return await asyncio.gather(*(areas(database.engine) for _ in range(5)))

    await together()
    other = AsyncEngine.of(database.engine.url)
    async with other.connect() as connection:
        await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    await other.dispose()
    assert await together() == [1] * 5
