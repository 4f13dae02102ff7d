"""The machine's clock stands a day ahead, somebody sets it right: nothing waits for that day."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, tzinfo

import pytest

from core.ports import NotNow
from scheduler.clock_watch import ClockWatch, RememberingClock
from scheduler.ticks import Ticker
from storage.database import Database
from tests.clock import TurnedClock
from tests.patience import PATIENCE
from tests.scheduler.post import Post


@pytest.fixture
def post(database: Database, clock: TurnedClock) -> Post:
    return Post(database, clock)


async def test_messages_of_the_wrong_time_are_delivered_in_order_and_once(
    post: Post, clock: TurnedClock
) -> None:
    watch = ClockWatch(post.database, post.sender.wake)
    await watch.look()
    await post.queue("a", "1", "2")
    post.trouble["a"] = [NotNow("flood", after=30.0), NotNow("flood", after=30.0)]
    await post.drain()
    clock.jump(days=1)
    await watch.look()
    clock.turn(minutes=1)
    await post.drain()  # refused once more, in the wrong time
    await post.queue("a", "3")
    await post.queue("b", "1")
    clock.jump(days=-1)
    await post.drain()
    assert (post.texts("a"), post.texts("b")) == ([], [])
    await watch.look()
    await post.drain()
    assert (post.texts("a"), post.texts("b")) == (["1", "2", "3"], ["1"])


async def test_a_jump_between_two_looks_is_noticed_by_who_asked_the_time_in_it(
    database: Database, clock: TurnedClock
) -> None:
    remembering = database.clock = RememberingClock(clock)
    post = Post(database, remembering)
    watch = ClockWatch(database, post.sender.wake)
    await watch.look()
    post.trouble["a"] = [NotNow("flood", after=30.0)]
    clock.jump(days=1)
    await post.queue("a", "1")
    await post.drain()
    clock.jump(days=-1)
    await post.drain()
    assert post.texts("a") == []
    await watch.look()
    await post.drain()
    assert post.texts("a") == ["1"]


async def test_what_is_written_by_the_wrong_time_just_after_a_look_is_called_back(
    post: Post, clock: TurnedClock
) -> None:
    watch = ClockWatch(post.database, post.sender.wake)
    for days in (1, -1):
        clock.jump(days=days)
        await watch.look()
    clock.jump(days=1)
    await post.queue("a", "1")  # whoever does so was told the time before the clock was set back
    clock.jump(days=-1)
    clock.turn(seconds=30)
    await watch.look()
    await post.drain()
    assert post.texts("a") == ["1"]


async def test_a_pause_of_the_whole_messenger_lasts_as_long_as_asked(
    post: Post, clock: TurnedClock
) -> None:
    post.trouble["a"] = [NotNow("flood", after=30.0, whole_channel=True)]
    clock.jump(days=1)
    await post.queue("a", "1")
    await post.drain()
    clock.jump(days=-1)
    await ClockWatch(post.database, post.sender.wake).look()
    await post.drain()
    assert post.tried == ["1"]
    clock.turn(seconds=31)
    await post.drain()
    assert post.texts("a") == ["1"]


async def test_what_a_former_process_put_off_is_called_back_at_the_start(
    post: Post, clock: TurnedClock
) -> None:
    clock.jump(days=1)
    await post.queue("a", "1")
    clock.jump(days=-1)
    woken: list[bool] = []
    await ClockWatch(post.database, lambda: woken.append(True)).look()
    await post.restarted().drain()
    assert (post.texts("a"), woken) == (["1"], [True])


async def test_a_clock_that_runs_on_or_jumps_ahead_calls_nothing_back(
    post: Post, clock: TurnedClock
) -> None:
    woken: list[bool] = []
    watch = ClockWatch(post.database, lambda: woken.append(True))
    for hours in (0, 5, 500):
        clock.jump(hours=hours)
        clock.turn(hours=1)
        await watch.look()
        await post.queue("a", "1")
    assert not woken


async def test_ticks_go_on_when_the_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = _Shown(monkeypatch, timedelta(days=400))
    ticks = asyncio.Semaphore(0)

    async def work() -> None:
        ticks.release()

    monkeypatch.setattr("scheduler.ticks.LOOK_EVERY", 0.01)
    ticker = Ticker()
    ticker.every(timedelta(milliseconds=5), work)
    ticker.start(after=0)
    try:
        for ahead in (0, -400, 0, 400):
            async with asyncio.timeout(PATIENCE):
                for _ in range(3):  # one may have been on its way when the clock was set
                    await ticks.acquire()
            shown.ahead = timedelta(days=ahead)
        async with asyncio.timeout(PATIENCE):
            await ticks.acquire()
    finally:
        ticker.stop()


class _Shown:
    """What the machine's clock shows to whoever ticks."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, ahead: timedelta) -> None:
        self.ahead = ahead
        outer = self

        class Moment(datetime):
            @classmethod
            def now(  # type: ignore[override]  # gives a plain one, as nobody asks for this class
                cls, tz: tzinfo | None = None
            ) -> datetime:
                return datetime.now(tz) + outer.ahead

        for module in ("apscheduler.schedulers.base", "scheduler.intervals"):
            monkeypatch.setattr(f"{module}.datetime", Moment)
