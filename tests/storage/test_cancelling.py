"""A transaction that is cancelled leaves nothing behind: no change, no thread, no waiting."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from storage.areas import Area
from storage.database import Database
from storage.policy import OPERATOR, SYSTEM
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[2]


async def enter(database: Database, reached: asyncio.Event) -> None:
    async with database.unit(OPERATOR, "test") as uow:
        await uow.areas.put([Area("990101", "county", "示范县")])
        reached.set()
        for _ in range(1000):
            await uow.areas.get("990101")
            await asyncio.sleep(0)


@pytest.mark.parametrize("moments", range(0, 40, 4))
async def test_a_cancelled_transaction_is_undone(database: Database, moments: int) -> None:
    reached = asyncio.Event()
    task = asyncio.create_task(enter(database, reached))
    await reached.wait()
    for _ in range(moments):
        await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    async with asyncio.timeout(PATIENCE), database.unit(SYSTEM, "test") as uow:
        assert await uow.areas.get("990101") is None


PROGRAM = """
import asyncio, sys
from core.clock import SystemClock
from storage.database import Database
from storage.policy import SYSTEM

async def work(database):
    while True:
        async with database.unit(SYSTEM, "test") as uow:
            await uow.areas.get("990101")

async def main(moments):
    database = await Database.open(sys.argv[1], SystemClock())
    task = asyncio.create_task(work(database))
    await asyncio.sleep(0.01)
    for _ in range(moments):
        await asyncio.sleep(0)
    task.cancel()
    for _ in range(3):
        await asyncio.sleep(0)
        task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await database.close()

for moments in range(12):
    asyncio.run(main(moments))
"""


async def test_a_program_ends_whenever_its_work_is_cancelled(sqlite_url: str) -> None:
    def run() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-W", "error", "-c", PROGRAM, sqlite_url]
        return subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE
        )

    ended = await asyncio.to_thread(run)
    assert ended.returncode == 0, ended.stderr
