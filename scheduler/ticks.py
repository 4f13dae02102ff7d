"""What happens by the clock. APScheduler only ticks; what is due stands in our tables.

Nothing depends on a tick at a certain minute: a late one catches up, a second one finds nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from core.log import log
from storage.database import Database
from storage.ending_drafts import USUAL, DraftTerm
from storage.policy import SYSTEM
from storage.vault import vault

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    from scheduler.ground import Ground
    from scheduler.manners import Manners

Work = Callable[[], Awaitable[None]]

RETRY_EVERY: Final = timedelta(seconds=5)
PURGE_EVERY: Final = timedelta(hours=1)
PUSH_EVERY: Final = timedelta(seconds=15)
SEAL_EVERY: Final = timedelta(seconds=5)
KEYS_EVERY: Final = timedelta(seconds=30)
BACKUP_EVERY: Final = timedelta(minutes=15)
OBLIGATIONS_EVERY: Final = timedelta(minutes=5)
NOTICES_EVERY: Final = timedelta(minutes=30)
REMINDERS_EVERY: Final = timedelta(minutes=1)
SHARE_EVERY: Final = timedelta(seconds=10)
CLOCK_EVERY: Final = timedelta(seconds=5)
LOOK_EVERY: Final = 5.0
"""Seconds between two looks whether the machine's clock was set back under the ticks."""

FIRST_REPLIES: Final = 1.0
"""Seconds that a start keeps free for whoever waits for it: to load APScheduler takes a while."""


async def purge(database: Database, drafts: DraftTerm = USUAL) -> None:
    """Delete what nobody needs any more, some rows at a time; drafts by their term."""
    gone = 1
    while gone:
        async with database.unit(SYSTEM, "purge") as uow:
            gone = await uow.purge(drafts)
        await asyncio.sleep(0)


async def keys() -> None:
    """Take note of a key that was added, which seals from now on."""
    await asyncio.to_thread(vault().refresh)


async def seal(database: Database) -> None:
    """Seal what was added to the audit since the last time."""
    async with database.unit(SYSTEM, "seal") as uow:
        await uow.audit.seal()


async def obligations(database: Database, ground: Callable[[], Ground]) -> None:
    """Bring all obligations up to the present moment, by the rules as their files stand."""
    from scheduler.closing import keep_up

    await keep_up(database, await asyncio.to_thread(ground))


async def reminders(
    database: Database, ground: Callable[[], Ground], manners: Manners, wake: Callable[[], None]
) -> None:
    """Queue the reminders whose moment has come, and `wake` whoever delivers them."""
    from scheduler.reminding import remind

    done = await remind(database, await asyncio.to_thread(ground), manners)
    if done.alone or done.digests:
        wake()


class Ticker:
    """Runs pieces of work again and again, each at most once at a time."""

    def __init__(self) -> None:
        self._work: list[tuple[timedelta, Work, bool]] = []
        self._next: asyncio.TimerHandle | None = None
        self._scheduler: AsyncIOScheduler | None = None

    def every(self, interval: timedelta, work: Work, *, at_once: bool = False) -> None:
        """Do `work` every `interval`, the first time after one, or `at_once`; an error is logged
        and the next tick tries again."""
        self._work.append((interval, work, at_once))

    def start(self, after: float = FIRST_REPLIES) -> None:
        """Begin to tick `after` so many seconds, within a running event loop."""
        self._next = asyncio.get_running_loop().call_later(after, self._begin)

    def stop(self) -> None:
        """Tick no more."""
        if self._next is not None:
            self._next.cancel()
        if self._scheduler is not None:
            with suppress(Exception):
                self._scheduler.shutdown(wait=False)

    def _begin(self) -> None:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        from scheduler.intervals import Interval

        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        for interval, work, at_once in self._work:
            first = {"next_run_time": datetime.now(UTC)} if at_once else {}
            self._scheduler.add_job(_careful, Interval(interval), args=[work], **first)
        self._scheduler.start()
        self._look()

    def _look(self) -> None:
        """Look again and again whether the machine's clock was set back."""
        from scheduler.intervals import call_back

        if self._scheduler is not None:
            call_back(self._scheduler)
        self._next = asyncio.get_running_loop().call_later(LOOK_EVERY, self._look)


async def _careful(work: Work) -> None:
    try:
        await work()
    except asyncio.CancelledError:
        log.debug("tick cut off")  # the program ends; the next tick goes on from there
    except Exception as error:
        log.error("tick failed", error=type(error).__name__, exc_info=True)
