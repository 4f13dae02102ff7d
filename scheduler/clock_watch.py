"""Notices that the machine's clock was set back, and calls back what waits for its former time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from math import inf
from typing import Final

from core.log import log
from core.ports import Clock
from storage.database import Database
from storage.policy import SYSTEM

_STEP: Final = 1.0  # seconds; a clock that is set right little by little goes back by less
_STRAGGLERS: Final = 60.0  # seconds until whoever was told a time has written it down


class RememberingClock:
    """A clock that remembers how far ahead it was: a jump ahead and back between two looks put
    things off, too. Implements `core.ports.Clock`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lead = -inf

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        now = self._clock.now()
        self._lead = max(self._lead, now.timestamp() - self._clock.monotonic())
        return now

    def monotonic(self) -> float:
        """Seconds that never jump."""
        return self._clock.monotonic()

    def fell(self) -> bool:
        """Whether anybody was told of a time, since this was last asked, that lies behind now."""
        before, self._lead = self._lead, -inf
        self.now()
        return self._lead < before - _STEP


class ClockWatch:
    """Compares the time of day with the seconds that pass. `wake` is called when messages that
    waited may go."""

    def __init__(self, database: Database, wake: Callable[[], None]) -> None:
        clock = database.clock
        self._database = database
        self._wake = wake
        self._clock = clock if isinstance(clock, RememberingClock) else RememberingClock(clock)
        self._owed = True  # nobody knows what a former process saw
        self._until = -inf

    async def look(self) -> None:
        """Call back what a clock that was ahead put off: the first time, whenever the clock has
        gone back, and for a minute after that, as somebody may just be writing down a time that
        they were told before."""
        passed = self._clock.monotonic()
        if self._clock.fell():
            self._until, self._owed = passed + _STRAGGLERS, True
        if not self._owed and passed > self._until:
            return
        from storage.astray import call_back  # which loads what many starts do without

        async with self._database.unit(SYSTEM, "clock") as uow:
            found = await call_back(uow.connection, uow.now)
        self._owed = False  # not before it was done: the database may have been away
        if found:
            log.warning("clock was ahead", called_back=found)
            self._wake()
