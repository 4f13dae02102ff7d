"""The burden meter: what a week of field work asks of one worker, as a distribution over an area.

Half of the workers have no more than the median, nine of ten no more than the high mark. Who they
are is not told, and where there are fewer than `FEWEST` nothing is: a number of one or two people
would be theirs. Questions and minutes are those of a usual record of each form, found from a sample
of the same weeks, times the records that were handed in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from statistics import median
from typing import Any, Final

from storage.burden import Burden, Filled, Sampled
from storage.unit import UnitOfWork

WEEKS: Final = 8
FEWEST: Final = 3
KINDS: Final = ("questions", "minutes", "messages")
PAUSED: Final = timedelta(hours=1)
"""A record that took longer than this lay open beside other work."""

_WEEK: Final = timedelta(days=7)
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Usual:
    """What one record of a form asks."""

    questions: float
    minutes: float


@dataclass(frozen=True, slots=True)
class Spread:
    """Of several workers, what half of them stay below, and nine of ten."""

    median: float
    high: float


@dataclass(frozen=True, slots=True)
class Week:
    """One week from Monday on: how many workers had something to do, and the spread of each of
    `KINDS`; empty where they are too few to be told of."""

    monday: date
    workers: int
    spreads: Mapping[str, Spread]


def mondays(today: date, n: int = WEEKS) -> list[date]:
    """The Mondays of the last `n` weeks that are over, the oldest first."""
    this = today - timedelta(days=today.weekday())
    return [this - _WEEK * back for back in range(n, 0, -1)]


async def usual(uow: UnitOfWork, forms: Iterable[str], today: date, root: str) -> dict[str, Usual]:
    """What a usual record of each form asks, by the records of the last weeks in an area."""
    burden = Burden(uow.connection, uow.actor)
    first, last = mondays(today)[0], today
    return {
        form_id: usual_of(await burden.sample(form_id, first, last, root)) for form_id in set(forms)
    }


async def week(
    uow: UnitOfWork, monday: date, root: str, usuals: Mapping[str, Usual], zone: tzinfo
) -> Week:
    """One week of an area. A form that `usuals` lacks counts for nothing."""
    burden = Burden(uow.connection, uow.actor)
    filled = await burden.filled(monday, monday + _WEEK - timedelta(days=1), root)
    midnight = datetime.combine(monday, time(), zone)
    told = await burden.told(midnight, midnight + _WEEK, root)
    return weighed(monday, filled, told, usuals)


def usual_of(sample: Sequence[Sampled]) -> Usual:
    """The middle of a sample, in answers and in minutes; pauses are left out."""
    answers = [count(one.answers) for one in sample]
    lengths = [
        (one.entered_at - one.started_at) / _MINUTE
        for one in sample
        if one.started_at and timedelta() <= one.entered_at - one.started_at <= PAUSED
    ]
    return Usual(median(answers) if answers else 0, median(lengths) if lengths else 0)


def count(answers: Mapping[str, Any]) -> int:
    """How many answers a record holds, those in groups and rows included."""
    n = 0
    for value in answers.values():
        if isinstance(value, Mapping):
            n += count(value)
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            n += sum(count(row) for row in value)
        elif value not in (None, ""):
            n += 1
    return n


def weighed(
    monday: date,
    filled: Sequence[Filled],
    told: Mapping[int, int],
    usuals: Mapping[str, Usual],
) -> Week:
    """The spread over all who handed something in or were told something."""
    sums: dict[int, dict[str, float]] = defaultdict(lambda: dict.fromkeys(KINDS, 0.0))
    for one in filled:
        asked = usuals.get(one.form_id, Usual(0, 0))
        sums[one.account_id]["questions"] += one.n * asked.questions
        sums[one.account_id]["minutes"] += one.n * asked.minutes
    for account_id, n in told.items():
        sums[account_id]["messages"] += n
    if len(sums) < FEWEST:
        return Week(monday, len(sums), {})
    return Week(
        monday,
        len(sums),
        {kind: spread([each[kind] for each in sums.values()]) for kind in KINDS},
    )


def spread(values: Sequence[float]) -> Spread:
    """The median, and the smallest value that nine of ten do not exceed."""
    ordered = sorted(values)
    return Spread(median(ordered), ordered[-(-9 * len(ordered) // 10) - 1])
