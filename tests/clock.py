"""A clock that stands still until a test turns it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

START: Final = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)  # ten in the morning in Shanghai


class TurnedClock:
    """Implements `core.ports.Clock`."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def turn(self, **step: float) -> None:
        """Go on (or back) by a step, in the words of timedelta: ``turn(hours=2)``."""
        self._now += timedelta(**step)

    def set(self, moment: datetime) -> None:
        self._now = moment
