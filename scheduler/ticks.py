"""What happens by the clock. APScheduler only ticks; what is due stands in our tables.

Nothing depends on a tick at a certain minute: a late one catches up, a second one finds nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from core.log import log
from storage.database import Database
from storage.policy import SYSTEM

Work = Callable[[], Awaitable[None]]

RETRY_EVERY: Final = timedelta(seconds=5)
PURGE_EVERY: Final = timedelta(hours=1)


async def purge(database: Database) -> None:
    """Delete what nobody needs any more."""
    async with database.unit(SYSTEM, "purge") as uow:
        await uow.purge()


class Ticker:
    """Runs pieces of work again and again, each at most once at a time."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def every(self, interval: timedelta, work: Work) -> None:
        """Do `work` every `interval`; an error is logged and the next tick tries again."""
        seconds = interval.total_seconds()
        self._scheduler.add_job(_careful, "interval", args=[work], seconds=seconds)

    def start(self) -> None:
        """Begin to tick, within a running event loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Tick no more."""
        with suppress(Exception):
            self._scheduler.shutdown(wait=False)


async def _careful(work: Work) -> None:
    try:
        await work()
    except Exception as error:
        log.error("tick failed", error=type(error).__name__, exc_info=True)
