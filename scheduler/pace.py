"""How many rows one short transaction takes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter, thread_time
from typing import Final

_IN_THE_LOOP: Final = 0.003
"""CPU seconds. SQLite's statements run in the event loop: a chat step waits for them."""

_BESIDE: Final = 0.25
"""Seconds by the clock. PostgreSQL works beside us, and holds its locks so long; to plan a
statement takes some milliseconds of it, which larger transactions do less often."""

_REST: Final = 0.002
"""Seconds between two transactions in SQLite: who waited meanwhile is served and committed, and
does not wait for the next one too, which would share their commit."""

_LEAST: Final = 50
_MOST: Final = 20_000


@dataclass(slots=True)
class Pace:
    """As many rows (`size`) as one transaction manages in a set time; `shared` is that of the
    database."""

    shared: bool
    size: int = 100

    @contextmanager
    def taken(self) -> Iterator[None]:
        """One transaction's work, without its beginning and its end, which stop nobody."""
        clock = perf_counter if self.shared else thread_time
        began = clock()
        yield
        self.went(clock() - began)

    async def rest(self) -> None:
        """Let whoever waits for the writer go first."""
        await asyncio.sleep(0 if self.shared else _REST)

    def went(self, seconds: float) -> None:
        """One of this size took so long."""
        allowed = _BESIDE if self.shared else _IN_THE_LOOP
        if seconds > 1.5 * allowed:
            self.size = max(_LEAST, self.size // 2)
        elif seconds < 0.6 * allowed:
            self.size = min(_MOST, self.size * 2)
