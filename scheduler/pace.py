"""How many rows one short transaction takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter, thread_time
from typing import Final

_IN_THE_LOOP: Final = 0.001
"""CPU seconds, what a chat step takes itself. SQLite's statements run in the event loop: a step
waits for one such transaction at most, as they come last (`storage.writer`)."""

_BESIDE: Final = 0.25
"""Seconds by the clock. PostgreSQL works beside us, and holds its locks so long; to plan a
statement takes some milliseconds of it, which larger transactions do less often."""

_LEAST: Final = 25
_LEAST_BESIDE: Final = 1_000
"""On a busy machine each statement waits for its turn, whatever it does: fewer rows of them would
take no less of the time by the clock."""

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

    def went(self, seconds: float) -> None:
        """One of this size took so long: by that, and by twice or half as many at most, the next
        is larger or smaller."""
        allowed, least = (_BESIDE, _LEAST_BESIDE) if self.shared else (_IN_THE_LOOP, _LEAST)
        share = max(allowed / max(seconds, allowed / 2), 0.5)
        self.size = min(max(int(self.size * share), least), _MOST)
