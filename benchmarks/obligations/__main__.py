"""What obligations cost on SQLite and on PostgreSQL, as ratios.

    python -m benchmarks.obligations [--people 1000000] [--only opening] [--engine sqlite]

Each part runs in a process of its own. Exit status 1 if a limit is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from typing import Final

from benchmarks.obligations import chatting, daily, opening, telling
from benchmarks.obligations.figures import Figure
from benchmarks.obligations.ground import ENGINES

PEOPLE: Final = 100_000
PARTS: Final[dict[str, Callable[[str, int], AsyncIterator[Figure]]]] = {
    "opening": opening.measure,
    "daily": daily.measure,
    "telling": telling.measure,
    "chatting": chatting.measure,
}


def main() -> int:
    """Measure what was asked for, or everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--only", choices=PARTS)
    parser.add_argument("--engine", choices=ENGINES)
    chosen = parser.parse_args()
    if chosen.only and chosen.engine:
        return asyncio.run(_measure(chosen.only, chosen.engine, chosen.people))
    missed = False
    for part in [chosen.only] if chosen.only else PARTS:
        for engine in [chosen.engine] if chosen.engine else ENGINES:
            own = ["--only", part, "--engine", engine, "--people", str(chosen.people)]
            command = [sys.executable, "-m", "benchmarks.obligations", *own]
            missed |= bool(subprocess.run(command, check=False).returncode)
    return 1 if missed else 0


async def _measure(part: str, engine: str, people: int) -> int:
    print(f"{part} on {engine}, {people:,} people", flush=True)
    missed = False
    async for figure in PARTS[part](engine, people):
        print(figure, flush=True)
        missed |= figure.missed
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
