"""Closing a database lets go of it: no connection stays open behind whoever closed it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from core.clock import SystemClock
from storage.database import Database
from storage.policy import SYSTEM


def held(file: Path) -> list[str]:
    """The files of a database that this process has open."""
    found = []
    for one in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            if str(one.readlink()).startswith(str(file)):
                found.append(str(one.readlink()))
    return found


async def opened(file: Path) -> Database:
    return await Database.open(f"sqlite:///{file}", SystemClock())


async def reads(database: Database, begun: asyncio.Event, over: asyncio.Event) -> None:
    async with database.reading(SYSTEM, "test") as uow:
        await uow.areas.get("990101")
        begun.set()
        await over.wait()


async def test_closing_waits_for_who_still_reads(tmp_path: Path) -> None:
    database = await opened(tmp_path / "some.db")
    begun, over = asyncio.Event(), asyncio.Event()
    reader = asyncio.create_task(reads(database, begun, over))
    await begun.wait()
    closing = asyncio.create_task(database.close())
    for _ in range(5):
        await asyncio.sleep(0)
    assert not closing.done()
    over.set()
    await closing
    assert held(tmp_path) == []
    await reader


@pytest.mark.parametrize("moments", range(0, 9, 2))
async def test_what_a_cancelled_reader_held_is_closed_too(tmp_path: Path, moments: int) -> None:
    database = await opened(tmp_path / "some.db")
    begun, never = asyncio.Event(), asyncio.Event()
    reader = asyncio.create_task(reads(database, begun, never))
    await begun.wait()
    reader.cancel()
    for _ in range(moments):
        await asyncio.sleep(0)
    await database.close()
    assert held(tmp_path) == []
    with suppress(asyncio.CancelledError):
        await reader


async def test_closing_does_not_wait_for_ever(tmp_path: Path) -> None:
    database = await opened(tmp_path / "some.db")
    async with database.reading(SYSTEM, "test") as uow:
        await uow.areas.get("990101")
        await database.engine.dispose(patience=0.01)
    await database.close()
    assert held(tmp_path) == []
