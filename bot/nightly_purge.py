"""Records whose time is over are emptied by themselves, at night, and old reminders go.

A program that runs by day only does it by day: what is some days over is emptied at any hour, so
nothing waits for a night that never comes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bot.retention import Retention
from core.log import log
from storage.database import Database

EVERY: Final = timedelta(hours=1)
NIGHT: Final = range(1, 5)
"""Hours of the deployment's zone in which hardly anybody writes."""
BY_DAY: Final = timedelta(days=3)


class NightlyPurge:
    """Empties what is due by the classes of `rules`, and deletes reminders that are past theirs."""

    def __init__(self, database: Database, rules: Retention) -> None:
        self._database = database
        self._rules = rules

    async def run(self) -> None:
        """Empty what is due now. To be cut off, or done twice, does no harm."""
        from storage import retention  # not while the program starts
        from storage.told_purge import forget_told

        now = self._database.clock.now().astimezone(self._database.zone)
        asleep = now if now.hour in NIGHT else now - BY_DAY
        declared = await retention.declared(self._database)
        done = await retention.empty(self._database, self._rules.last_days(declared, asleep.date()))
        if done:
            log.debug("records emptied", count=done)
        if (days := self._rules.reminders) is not None:
            gone = await forget_told(self._database, asleep - timedelta(days=days))
            if gone:
                log.debug("reminders deleted", count=gone)
