"""Measure the bots beside each other over HTTP, in turns.

    python -m benchmarks.peers [--rounds 3] [--seconds 6] [--only NAME] [--markdown]

Exit status 1 if something promised is missed.
"""

from __future__ import annotations

import argparse
import sys
from typing import Final

from benchmarks.peers import redis_server, report, venv
from benchmarks.peers.rounds import Run, run
from benchmarks.peers.variants import AIOGRAM_REDIS, VARIANTS, Variant

_HEADING: Final = (
    "Ten questions over HTTP, long polling, 32 people at once, one core for the bot; answers in "
    "SQLite (WAL, synchronous=FULL). Medians of {rounds} rounds of {seconds:g} s, in turns."
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--only", default="", help="a part of the names of the bots to measure")
    parser.add_argument("--markdown", action="store_true", help="only the table for the README")
    chosen = parser.parse_args()
    venv.make()
    runs = measure(_variants(chosen.only), chosen.rounds, chosen.seconds)
    found = report.medians(runs)
    bars = report.bars(found)
    print(_HEADING.format(rounds=chosen.rounds, seconds=chosen.seconds), end="\n\n")
    print(report.table(found), end="\n\n")
    if not chosen.markdown:
        for line in (*bars, *report.remarks(runs)):
            print(f"* {line}")
    return 1 if any(bar.missed for bar in bars) else 0


def _variants(part: str) -> list[Variant]:
    named = [variant for variant in VARIANTS if part in variant.name]
    return [one for one in named if one is not AIOGRAM_REDIS or redis_server.installed()]


def measure(variants: list[Variant], rounds: int, seconds: float) -> dict[Variant, list[Run]]:
    """Every bot once a round; each run is told on stderr."""
    runs: dict[Variant, list[Run]] = {variant: [] for variant in variants}
    for number in range(rounds):
        for variant in variants:
            runs[variant].append(run(variant, seconds))
            latest = runs[variant][-1]
            print(f"{number + 1}: {variant.name}: {latest.steps:.0f} steps/s", file=sys.stderr)
    return runs


if __name__ == "__main__":
    sys.exit(main())
