"""A chat's step while an opening and a tick run in the same process, beside the same without.

A step here is what keeps one answer: one transaction that writes the conversation and queues a
reply. It waits for the same writer and the same event loop as what the clock does.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Final

from benchmarks.obligations.figures import Figure
from benchmarks.obligations.ground import BY_TAG, EVERYBODY, QUARTER, Counted, by, settled, turn
from core.messages import Reply
from scheduler.closing import keep_up
from storage.policy import SYSTEM

ALONE: Final = 400  # steps that are measured without anything beside them
PAUSE: Final = 0.005  # seconds between two steps


async def measure(engine: str, people: int) -> AsyncIterator[Figure]:
    """How long a step takes, 99 of 100."""
    async with settled(engine, people) as database:
        quiet = [await _step(database) for _ in range(ALONE)]
        turn(database, QUARTER)
        beside: list[float] = []
        work = asyncio.create_task(keep_up(database, by(EVERYBODY, BY_TAG)))
        while not work.done():
            beside.append(await _step(database))
        await work
        yield Figure("steps beside an opening and a tick", len(beside), "")
        yield Figure("a step, p99", _p99(quiet) * 1e3, "ms")
        yield Figure("a step beside them, p99", _p99(beside) * 1e3, "ms")
        yield Figure("p99 beside p99", _p99(beside) / _p99(quiet), "x")


async def _step(database: Counted) -> float:
    await asyncio.sleep(PAUSE)
    began = time.perf_counter()
    async with database.unit(SYSTEM, "benchmark") as uow:
        chat = await uow.conversations.load("paper", "somebody", "zh")
        await uow.conversations.save(chat)
        await uow.outbox.queue(chat.id, [Reply(text="好的。")])
    return time.perf_counter() - began


def _p99(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.99)]
