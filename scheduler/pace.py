"""How many rows one short transaction takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_LEAST: Final = 100
_MOST: Final = 20_000


@dataclass(slots=True)
class Pace:
    """As many rows as one transaction manages in some `seconds`: on SQLite a chat step may have to
    wait for it, on PostgreSQL it holds its locks so long."""

    seconds: float = 0.010
    size: int = 500

    def went(self, seconds: float) -> None:
        """One of this size took so long."""
        if seconds > 1.5 * self.seconds:
            self.size = max(_LEAST, self.size // 2)
        elif seconds < 0.6 * self.seconds:
            self.size = min(_MOST, self.size * 2)
