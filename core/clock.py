"""The clock of the running program. Tests have one that they turn."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class SystemClock:
    """The machine's own time. Implements `core.ports.Clock`."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that go on evenly when the machine's time is set."""
        return time.monotonic()
