"""`zoufang run` in a process that can be killed, paused and started again within a moment.

Loading the program takes seconds, and fire wants hundreds of starts. So a server process loads it
once, and every start is a fork of that: the same command with the same environment.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Final

from bot.channels.telegram import polling
from core.clock import SystemClock
from scheduler import sender
from scheduler.ticks import Ticker
from tests.end_to_end.program import SOON, environment
from tests.patience import PATIENCE

_CLOCK: Final = "clock"

_FORKS: Final = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    ["bot.cli.app", "bot.app", "bot.channels.aiogram_runtime", "bot.channels.ptb_runtime"]
)


class Process:
    """One running program. `log` is where it writes, beside those before it."""

    def __init__(self, folder: Path, log: Path, port: int, **settings: object) -> None:
        self.port = port
        self._folder = folder
        self._process: ForkServerProcess = _FORKS.Process(
            target=_run, args=(folder, log, environment(port=port, **settings)), daemon=True
        )
        self._process.start()

    @property
    def lives(self) -> bool:
        return self._process.is_alive()

    async def kill(self) -> None:
        """``kill -9``."""
        self._process.kill()
        await self._ended()

    async def terminate(self) -> tuple[int | None, float]:
        """SIGTERM: the exit status, and how many seconds it took."""
        begun = time.monotonic()
        self._process.terminate()
        await self._ended()
        return self._process.exitcode, time.monotonic() - begun

    def pause(self) -> None:
        """SIGSTOP."""
        self._signal(signal.SIGSTOP)

    def wake(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)

    def fill_disk(self, file: Path) -> None:
        """Let no file that it writes grow beyond what this one has now."""
        self._limit_files(file.stat().st_size)

    def free_disk(self) -> None:
        """Let it write as much as it likes again."""
        self._limit_files(resource.RLIM_INFINITY)

    def _limit_files(self, size: int) -> None:
        assert self._process.pid is not None
        limits = (size, resource.RLIM_INFINITY)
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, limits)

    async def listens(self) -> None:
        """Wait until it takes connections. Raises AssertionError if it ended instead."""
        while True:
            assert self.lives, "the program ended by itself"
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return

    def turn_clock(self, seconds: float) -> None:
        """Let its clock be so much ahead of this machine's, or behind it; others keep theirs."""
        ahead = self._folder / f"{_CLOCK}.new"
        ahead.write_text(str(seconds))
        ahead.replace(self._folder / _CLOCK)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    async def _ended(self) -> None:
        await asyncio.to_thread(self._process.join, PATIENCE)
        assert not self.lives, "it did not end"


def _run(folder: Path, log: Path, settings: Mapping[str, str]) -> None:
    """In the fork: become ``zoufang run``."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(settings)
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    sys.stdout.flush()
    for stream in (1, 2):
        os.dup2(written, stream)
    turned = _turned(folder / _CLOCK)
    # In the fork only, which is then the program: its clock can't be handed in.
    SystemClock.now = turned  # type: ignore[method-assign, assignment]
    begin = Ticker._begin

    def begin_by_it(ticker: Ticker) -> None:
        _show(turned)
        begin(ticker)

    # However busy the machine is, what is in hand at a stop is ended, and so neither said nor done
    # once more: a stop is measured by how long it takes as a whole.
    sender._GRACE = polling._FINISH = SOON / 3  # type: ignore[misc]
    Ticker._begin = begin_by_it  # type: ignore[method-assign]  # it loads what `_show` turns
    from bot.cli import main

    main(["run"])


def _show(turned: Callable[[SystemClock], datetime]) -> None:
    """Let APScheduler see that clock too, which asks the machine itself."""
    from apscheduler.schedulers import base

    from scheduler import intervals

    class Moment(datetime):
        @classmethod
        def now(  # type: ignore[override]  # gives a plain one, as nobody asks for this class
            cls, tz: tzinfo | None = None
        ) -> datetime:
            return turned(SystemClock()).astimezone(tz)

    base.datetime = intervals.datetime = Moment  # type: ignore[misc]  # no setting hands it in


def _turned(file: Path) -> Callable[[SystemClock], datetime]:
    """A clock as far ahead as the file says, on time while there is none."""

    def now(_: SystemClock) -> datetime:
        ahead = float(file.read_text()) if file.exists() else 0.0
        return datetime.now(UTC) + timedelta(seconds=ahead)

    return now
