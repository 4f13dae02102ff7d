"""Notices that the machine's clock was set back, and calls back what waits for its former time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from core.log import log
from storage.database import Database
from storage.policy import SYSTEM

_STEP: Final = 1.0  # seconds; a clock that is set right little by little goes back by less


class ClockWatch:
    """Compares the time of day with the seconds that pass. `wake` is called when messages that
    waited may go."""

    def __init__(self, database: Database, wake: Callable[[], None]) -> None:
        self._database = database
        self._wake = wake
        self._lead: float | None = None

    async def look(self) -> None:
        """Call back what a clock that was ahead put off: whenever the clock has gone back, and the
        first time, since nobody knows what a former process saw."""
        clock = self._database.clock
        lead = clock.now().timestamp() - clock.monotonic()
        if self._lead is None or lead < self._lead - _STEP:
            from storage.astray import call_back  # which loads what many starts do without

            async with self._database.unit(SYSTEM, "clock") as uow:
                found = await call_back(uow.connection, uow.now)
            if found:
                log.warning("clock was ahead", called_back=found)
                self._wake()
        self._lead = lead
