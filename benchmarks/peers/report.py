"""The table of a benchmark, for a terminal or for the README, and what has to hold in it."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

from benchmarks.peers import redis_server
from benchmarks.peers.rounds import Run
from benchmarks.peers.variants import (
    AIOGRAM_ASYNC,
    AIOGRAM_MEMORY,
    AIOGRAM_REDIS,
    AIOGRAM_SQL,
    OUR_AIOGRAM,
    OUR_PTB,
    PTB_MEMORY,
    VARIANTS,
    Variant,
)

Runs = Mapping[Variant, Sequence[Run]]

_BUSY: Final = 1 / 3  # of its core: a load that takes more may be what is measured
_QUIET: Final = 0.05  # of the time: where a bot waited longer for its core, speeds say little


@dataclass(frozen=True, slots=True)
class Bar:
    """A ratio that is promised: at least `least`, or at most `most`, or only told."""

    name: str
    ratio: float
    least: float | None = None
    most: float | None = None

    @property
    def missed(self) -> bool:
        low = self.least is not None and self.ratio < self.least
        return low or (self.most is not None and self.ratio > self.most)

    def __str__(self) -> str:
        limit = f", bar ≥ {self.least}" if self.least is not None else ""
        limit += f", bar ≤ {self.most}" if self.most is not None else ""
        return f"{self.name}: {self.ratio:.2f}{limit}{' MISSED' if self.missed else ''}"


def medians(runs: Runs) -> dict[Variant, Run]:
    """Each figure's median of its own."""
    return {variant: _median(of) for variant, of in runs.items() if of}


def _median(runs: Sequence[Run]) -> Run:
    middle = {
        one.name: statistics.median(getattr(r, one.name) for r in runs) for one in fields(Run)
    }
    return Run(**middle)


_HEAD: Final = (
    "bot", "state in", "steps/s", "p50 ms", "p99 ms", "CPU ms/step", "calls/step", "stall ms", "MiB"
)  # fmt: skip


def table(found: Mapping[Variant, Run]) -> str:
    """Markdown, one line a bot."""
    lines = ["| " + " | ".join(_HEAD) + " |", "|---|---|" + "---:|" * (len(_HEAD) - 2)]
    for variant, run in found.items():
        figures = (
            f"{run.steps:.0f}",
            f"{run.p50:.0f}",
            f"{run.p99:.0f}",
            f"{run.cpu:.2f}",
            f"{run.calls:.1f}",
            f"{run.stall:.0f}",
            f"{run.memory:.0f}",
        )
        lines.append(f"| {variant.name} | {variant.state} | " + " | ".join(figures) + " |")
    return "\n".join(lines)


def bars(found: Mapping[Variant, Run]) -> list[Bar]:
    """What is promised, as far as the bots that it is about were measured."""
    compared = (
        (OUR_AIOGRAM, AIOGRAM_SQL, 2.5),
        (OUR_AIOGRAM, AIOGRAM_MEMORY, 1.0),
        (OUR_AIOGRAM, AIOGRAM_ASYNC, None),
        (OUR_PTB, PTB_MEMORY, 1.0),
    )
    pairs = [pair for pair in compared if pair[0] in found and pair[1] in found]
    speed = [
        Bar(f"steps/s, {ours.name} / {theirs.name}", found[ours].steps / found[theirs].steps, least)
        for ours, theirs, least in pairs
    ]
    work = [
        Bar(f"steps a CPU second, {ours.name} / {theirs.name}", found[theirs].cpu / found[ours].cpu)
        for ours, theirs, _ in pairs
    ]
    return speed + work + _tails(found)


def _tails(found: Mapping[Variant, Run]) -> list[Bar]:
    durable = [variant for variant in found if variant.durable and variant.whose == "peers"]
    if not durable:
        return []
    best = min(durable, key=lambda variant: found[variant].p99)
    return [
        Bar(f"p99, {ours.name} / {best.name}", found[ours].p99 / found[best].p99, most=1.0)
        for ours in (OUR_AIOGRAM, OUR_PTB)
        if ours in found
    ]


def remarks(runs: Runs) -> list[str]:
    """What a reader has to know beside the figures: losses, and a load that was the limit."""
    found = []
    for variant, of in runs.items():
        told = (
            (sum(run.repeated for run in of), "steps without a reply"),
            (sum(run.lost for run in of), "interviews lost"),
            (sum(run.refused for run in of), "calls refused by Telegram"),
        )
        found += [f"{variant.name}: {number} {what}" for number, what in told if number]
        if of and max(run.server for run in of) > _BUSY:
            found.append(f"{variant.name}: Telegram and the people took over a third of their core")
    queued = max((run.queued for of in runs.values() for run in of), default=0.0)
    if queued > _QUIET:
        found.append(
            f"the machine was not quiet: a bot waited {queued:.0%} of the time for its core; "
            "what each step took of the processor can be compared, speeds hardly"
        )
    missing = [variant for variant in VARIANTS if variant not in runs]
    return found + [f"{variant.name}: not measured{_why(variant)}" for variant in missing]


def _why(variant: Variant) -> str:
    absent = variant is AIOGRAM_REDIS and not redis_server.installed()
    return ", redis-server is not installed" if absent else ""
