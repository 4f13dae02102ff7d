"""What the program counts of its own work: numbers in memory, read when somebody asks for them.

Counting costs less than a microsecond and loads no library; `bot.metrics` shows the numbers. They
belong to the process, as its log does, and are not handed around. Only the event loop's thread
counts. A label is a word of the program's own (a stage, a method, a code), never a person's, and
there are only so many of them.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from time import monotonic, perf_counter
from typing import Final

BOUNDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
"""Upper bounds of the classes of durations, in seconds; one more class has none."""

Labels = tuple[str, ...]


@dataclass(eq=False, slots=True)
class Counter:
    """Only rises. `values` is by the labels that `names` names, in this order."""

    name: str
    help: str
    names: Labels = ()
    values: dict[Labels, float] = field(default_factory=dict)

    def add(self, *labels: str, by: float = 1.0) -> None:
        """Count one, or `by`."""
        self.values[labels] = self.values.get(labels, 0.0) + by


@dataclass(eq=False, slots=True)
class Gauge:
    """Stands where it was set last. What was never set, or was forgotten, is not shown."""

    name: str
    help: str
    names: Labels = ()
    values: dict[Labels, float] = field(default_factory=dict)

    def set(self, value: float, *labels: str) -> None:
        """It is `value` from now on."""
        self.values[labels] = value

    def forget(self, *labels: str) -> None:
        """There is nothing more to say about it."""
        self.values.pop(labels, None)


@dataclass(slots=True)
class Classes:
    """Observations by class of duration: as many as `BOUNDS`, and one for all longer ones."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0


@dataclass(eq=False, slots=True)
class Histogram:
    """How long something takes, by class."""

    name: str
    help: str
    names: Labels = ()
    values: dict[Labels, Classes] = field(default_factory=dict)

    def observe(self, seconds: float, *labels: str) -> None:
        """It took so long once more."""
        found = self.values.get(labels)
        if found is None:
            found = self.values[labels] = Classes()
        found.counts[bisect_left(BOUNDS, seconds)] += 1
        found.seconds += seconds


STEPS: Final = Counter(
    "steps",
    "Steps: made, seen before, failed (to be tried again), or given up.",
    ("channel", "outcome"),
)
STEP_SECONDS: Final = Histogram("step_seconds", "How long a step takes, by stage.", ("stage",))
DELIVERIES: Final = Counter(
    "deliveries",
    "Messages: sent, later (to be tried again), dead (given up), merged into a later edit, or"
    " dropped as over by now.",
    ("channel", "outcome"),
)
REMINDERS: Final = Counter(
    "reminders",
    "Messages about what is owed: their kind, and how they go; over: nothing was left to tell.",
    ("kind", "way"),
)
API_CALLS: Final = Counter(
    "bot_api_calls",
    "Calls of the messenger by method and code: 200, its error code, or 0 for no answer.",
    ("method", "code"),
)
API_SECONDS: Final = Histogram(
    "bot_api_seconds", "How long a call of the messenger takes, polls aside."
)
FLOOD_WAITS: Final = Counter(
    "flood_waits", "How often the messenger asked for a pause.", ("method",)
)
FLOOD_SECONDS: Final = Counter("flood_wait_seconds", "Seconds of pause that it asked for.")
LOOP_LAG: Final = Histogram("loop_lag_seconds", "How late the event loop turns.")
CHANNEL_UP: Final = Gauge(
    "channel_up", "1 while a channel is open and its messenger answers, else 0.", ("channel",)
)
POLLING: Final = Gauge("polling", "1 if this process asks the messenger, 0 while it stands by.")
WEBHOOK_WAITING: Final = Gauge("webhook_waiting", "Updates that wait at the messenger.")

COUNTERS: Final = (STEPS, DELIVERIES, REMINDERS, API_CALLS, FLOOD_WAITS, FLOOD_SECONDS)
GAUGES: Final = (CHANNEL_UP, POLLING, WEBHOOK_WAITING)
HISTOGRAMS: Final = (STEP_SECONDS, API_SECONDS, LOOP_LAG)


class Laps:
    """The stages of one piece of work, one after another.

    >>> laps = Laps()
    >>> laps.end("load")
    """

    __slots__ = ("_begun",)

    def __init__(self) -> None:
        self._begun = perf_counter()

    def end(self, stage: str) -> None:
        """A stage of a step ends here, and the next begins."""
        now = perf_counter()
        STEP_SECONDS.observe(now - self._begun, stage)
        self._begun = now


_beats: dict[str, float] = {}


def beat(loop: str) -> None:
    """One of the program's endless loops has come round."""
    _beats[loop] = monotonic()


def loop_ages() -> dict[str, float]:
    """Seconds since each loop last came round; without those that never did, or have ended."""
    now = monotonic()
    return {loop: now - at for loop, at in _beats.items()}


def still(loop: str) -> None:
    """A loop has ended and is not expected to come round."""
    _beats.pop(loop, None)
