"""Pieces of work are done again and again, whatever becomes of one of them."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from structlog.testing import capture_logs

from scheduler.ticks import Ticker
from tests.patience import PATIENCE

OFTEN = timedelta(milliseconds=5)


async def test_work_is_done_again_though_it_fails() -> None:
    done = asyncio.Semaphore(0)

    async def work() -> None:
        done.release()
        raise ZeroDivisionError

    ticker = Ticker()
    ticker.every(OFTEN, work)
    with capture_logs() as lines:
        ticker.start(after=0)
        async with asyncio.timeout(PATIENCE):
            await done.acquire()
            await done.acquire()
        ticker.stop()
    assert lines[0]["event"] == "tick failed"
    assert lines[0]["error"] == "ZeroDivisionError"


async def test_a_ticker_that_was_stopped_begins_no_more() -> None:
    begun: list[object] = []

    async def work() -> None:
        begun.append(work)

    ticker = Ticker()
    ticker.every(OFTEN, work)
    ticker.start(after=0)
    ticker.stop()
    other = asyncio.Event()

    async def later() -> None:
        other.set()

    second = Ticker()
    second.every(OFTEN, later)
    second.start(after=0)
    async with asyncio.timeout(PATIENCE):
        await other.wait()
    second.stop()
    assert not begun


def test_a_ticker_that_never_began_can_be_stopped() -> None:
    Ticker().stop()
