"""The clock of the running program. Tests have one that they turn."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """The machine's own time. Implements `core.ports.Clock`."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)
