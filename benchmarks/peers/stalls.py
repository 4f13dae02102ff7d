"""How long a bot's event loop stands still while more and more people begin a form at once.

    python -m benchmarks.peers.stalls

Ours beside python-telegram-bot's PicklePersistence, both by the same library: that one writes the
state of everybody whenever it saves. The worst stall is told for each number of people. Exit status
1 if ours grows with their number.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.peers import venv
from benchmarks.peers.report import Bar
from benchmarks.peers.rounds import OUT, bot, line, load, openings_of, stall
from benchmarks.peers.variants import OUR_PTB, PTB_PICKLE, Variant

PEOPLE: Final = (32, 300, 2_000)
GROWS: Final = 3.0  # times the stall with few people; a busy machine alone doubles it
_AFTER: Final = 3.0  # seconds in which a bot may save what it has


def worst(variant: Variant, people: int) -> float:
    """The longest stall in milliseconds. Raises RuntimeError if the bot ends before its time."""
    with tempfile.TemporaryDirectory(dir=OUT, prefix="stalls-") as name:
        folder = Path(name)
        openings = openings_of(variant, folder, people)
        with load(variant.whose, openings, _AFTER, begin=True) as lines:
            base = line(lines)["base"]
            with bot(variant, folder, base):
                began, ended = line(lines)["began"], line(lines)["ended"]
        return 1e3 * stall(folder, began, ended)


def main() -> int:
    OUT.mkdir(exist_ok=True)
    venv.make()
    print("| people who begin at once | " + " | ".join(map(str, PEOPLE)) + " |")
    print("|---|" + "---:|" * len(PEOPLE))
    found = {}
    for variant in (OUR_PTB, PTB_PICKLE):
        found[variant] = [worst(variant, people) for people in PEOPLE]
        stalls = " | ".join(f"{one:.0f}" for one in found[variant])
        print(f"| worst stall in ms, {variant.name} | {stalls} |", flush=True)
    few, *_, many = found[OUR_PTB]
    bar = Bar(f"worst stall of ours, {PEOPLE[-1]:,} people / {PEOPLE[0]}", many / few, most=GROWS)
    print(f"* {bar}")
    return 1 if bar.missed else 0


if __name__ == "__main__":
    sys.exit(main())
