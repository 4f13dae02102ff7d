"""A clock that stands still until a test turns it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

START: Final = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)  # ten in the morning in Shanghai


class TurnedClock:
    """Implements `core.ports.Clock`."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._passed = 0.0

    def now(self) -> datetime:
        return self._now

    def turn(self, **step: float) -> None:
        """Go on (or back) by a step, in the words of timedelta: ``turn(hours=2)``."""
        self.set(self._now + timedelta(**step))

    def set(self, moment: datetime) -> None:
        """Go on (or back) to a moment."""
        self._passed += max((moment - self._now).total_seconds(), 0.0)
        self._now = moment

    def monotonic(self) -> float:
        return self._passed

    def jump(self, **step: float) -> None:
        """Show another time, as when somebody sets a machine's clock: no time passes."""
        self._now += timedelta(**step)
