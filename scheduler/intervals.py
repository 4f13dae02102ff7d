"""APScheduler's intervals, kept whatever the machine's clock shows.

APScheduler keeps the moment of a job's next run. Its own interval counts on from the last one:
after a jump ahead it goes through every moment that was passed by, and after a jump back it waits
for a moment that lies a jump away. Here an interval counts from now, and a run that lies further
ahead than one interval was set by a clock that has been set back since: it comes at once.

Loading APScheduler takes a while, so only what ticks loads this.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger


class Interval(BaseTrigger):  # type: ignore[misc]
    """Fires one interval after the last time that it was looked at."""

    def __init__(self, length: timedelta) -> None:
        self.length = length

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        """One interval from `now` on."""
        return now + self.length


def call_back(scheduler: AsyncIOScheduler) -> None:
    """Let the jobs run now whose next run lies further ahead than their interval."""
    now = datetime.now(UTC)
    for job in scheduler.get_jobs():
        if job.next_run_time > now + job.trigger.length:
            job.modify(next_run_time=now)
