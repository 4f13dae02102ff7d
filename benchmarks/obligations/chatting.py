"""A chat's step while an opening and a tick run in the same process, beside the same without.

A step here is what keeps one answer: one transaction that writes the conversation and queues a
reply. It waits for the same writer and the same event loop as what the clock does. How long is
told by the clock, and in CPU time of this process, which others on the machine do not stretch: all
that was done here between the step's beginning and its end, whoever it was done for.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from benchmarks.obligations.figures import Figure
from benchmarks.obligations.ground import BY_TAG, EVERYBODY, QUARTER, Counted, by, settled, turn
from core.messages import Reply
from scheduler.closing import keep_up
from storage.policy import SYSTEM

ALONE: Final = 400
"""Steps without anything beside them, before and once more after."""

PAUSE: Final = 0.005  # seconds between two steps


class Step(NamedTuple):
    """What one took, in seconds."""

    clock: float
    cpu: float


async def measure(engine: str, people: int) -> AsyncIterator[Figure]:
    """How long a step takes, 99 of 100."""
    async with settled(engine, people) as database:
        alone = await quiet(database)
        turn(database, QUARTER)
        work = asyncio.create_task(keep_up(database, by(EVERYBODY, BY_TAG)))
        meanwhile = await steps_beside(database, work)
        await work
        alone += await quiet(database)
        for figure in beside("an opening and a tick", alone, meanwhile):
            yield figure


async def quiet(database: Counted) -> list[Step]:
    """Steps without anything beside them."""
    return [await _step(database) for _ in range(ALONE)]


async def steps_beside(database: Counted, work: asyncio.Future[Any]) -> list[Step]:
    """Steps until `work` is done."""
    steps = []
    while not work.done():
        steps.append(await _step(database))
    return steps


def beside(work: str, alone: Sequence[Step], meanwhile: Sequence[Step]) -> Iterator[Figure]:
    """How long steps take beside `work`, and how many times as long as `alone`."""
    yield Figure(f"steps beside {work}", len(meanwhile), "")
    for name, limit in (("clock", 2.0), ("cpu", None)):
        one, other = (_p99(getattr(step, name) for step in some) for some in (alone, meanwhile))
        yield Figure(f"{name}: a step, p99", one * 1e3, "ms")
        yield Figure(f"{name}: a step beside {work}, p99", other * 1e3, "ms")
        yield Figure(f"{name}: p99 beside p99", other / one, "x", limit)


async def _step(database: Counted) -> Step:
    await asyncio.sleep(PAUSE)
    began, spent = time.perf_counter(), time.process_time()
    async with database.unit(SYSTEM, "benchmark") as uow:
        chat = await uow.conversations.load("paper", "somebody", "zh")
        await uow.conversations.save(chat)
        await uow.outbox.queue(chat.id, [Reply(text="好的。")])
    return Step(time.perf_counter() - began, time.process_time() - spent)


def _p99(times: Iterable[float]) -> float:
    ordered = sorted(times)
    return ordered[int(len(ordered) * 0.99)]
