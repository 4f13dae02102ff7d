"""How fast a step is without sockets: ours whole and durable, a framework with no storage at all.

    python -m benchmarks.peers.in_process [--seconds 4] [--rounds 3]

Telegram and the people are in the bot's own process, and their time is taken off. Beside it stands
what the disk allows: one SQLite commit a step. Exit status 1 if ours does less than 60 % of what
the framework alone can do.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from benchmarks.peers import venv
from benchmarks.peers.inside import Seen, Told
from benchmarks.peers.report import Bar
from benchmarks.peers.rounds import OUT, SAID, last_words, openings_of, pin
from benchmarks.peers.variants import (
    AIOGRAM_ASYNC,
    AIOGRAM_MEMORY,
    OUR_AIOGRAM,
    OUR_PTB,
    PTB_MEMORY,
    Variant,
)

AT_ONCE: Final = (1, 32)
LEAST: Final = 0.6
_NOWHERE: Final = "http://telegram.invalid"
_COMMITS: Final = 2000
_SPARE: Final = 90.0  # seconds for the start, the first forms and the end


def _alone(variant: Variant) -> Variant:
    """The framework without any storage."""
    return replace(variant, settings={**variant.settings, "BENCH_ANSWERS": "none"})


ALONE: Final = {variant: _alone(variant) for variant in (AIOGRAM_MEMORY, AIOGRAM_ASYNC, PTB_MEMORY)}
COMPARED: Final = (
    (OUR_AIOGRAM, ALONE[AIOGRAM_MEMORY], LEAST),
    (OUR_AIOGRAM, ALONE[AIOGRAM_ASYNC], None),
    (OUR_PTB, ALONE[PTB_MEMORY], LEAST),
)
SUBJECTS: Final = (OUR_AIOGRAM, OUR_PTB, *ALONE.values())


@dataclass(frozen=True, slots=True)
class Measured:
    """One bot with so many people at once: every round's outcome."""

    variant: Variant
    at_once: int
    rounds: list[Seen]

    @property
    def steps(self) -> float:
        """Steps a second, the median of the rounds."""
        return statistics.median(one.steps / one.seconds for one in self.rounds)

    @property
    def cpu(self) -> float:
        """Milliseconds of the processor's time a step, the median of the rounds."""
        return statistics.median(1e3 * one.cpu / one.steps for one in self.rounds)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    venv.make()
    found = {(one, people): Measured(one, people, []) for one in SUBJECTS for people in AT_ONCE}
    commits = []
    for _ in range(chosen.rounds):
        commits.append(_commits())
        for (variant, people), measured in found.items():
            measured.rounds.append(_run(variant, people, chosen.seconds))
    _print(found, statistics.median(commits))
    bars = _bars(found)
    for bar in bars:
        print(f"* {bar}")
    return 1 if any(bar.missed for bar in bars) else 0


def _run(variant: Variant, people: int, seconds: float) -> Seen:
    with tempfile.TemporaryDirectory(dir=OUT, prefix="inside-") as name:
        folder = Path(name)
        Told(openings_of(variant, folder, people), variant.whose, seconds).write(folder)
        environment = variant.environment(folder, _NOWHERE) | {"BENCH_INSIDE": "yes"}
        with (folder / SAID).open("wb") as said:
            process = subprocess.Popen(variant.command(), env=environment, stdout=said, stderr=said)
        pin(process.pid, "bot")
        try:
            process.wait(seconds + _SPARE)
            return Seen.read(folder)
        except (subprocess.TimeoutExpired, TypeError):  # what was told still stands there
            raise RuntimeError(f"{variant.name}: {last_words(folder)}") from None
        finally:
            process.kill()


def _commits() -> float:
    """Commits a second of the standard library's sqlite3: what the disk and SQLite allow."""
    with tempfile.TemporaryDirectory(dir=OUT, prefix="commits-") as folder:
        connection = sqlite3.connect(Path(folder) / "bare.sqlite3", isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE answer (interview TEXT, question TEXT, value TEXT)")
        began = time.perf_counter()
        for number in range(_COMMITS):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO answer VALUES (?, 'q', 'x')", (str(number),))
            connection.execute("COMMIT")
        took = time.perf_counter() - began
        connection.close()
    return _COMMITS / took


def _print(found: dict[tuple[Variant, int], Measured], commits: float) -> None:
    print("Steps a second in one process, without sockets; Telegram's and the people's time off.\n")
    print("| | 1 in flight | CPU ms/step | 32 in flight | CPU ms/step |\n|---|---:|---:|---:|---:|")
    for variant in SUBJECTS:
        name = variant.name if variant.whose == "ours" else f"{variant.name}, nothing kept"
        figures = (found[variant, people] for people in AT_ONCE)
        print(f"| {name} |", *(f"{one.steps:.0f} | {one.cpu:.2f} |" for one in figures))
    print(f"| one bare SQLite commit a step | {commits:.0f} | | | |\n")
    for variant in (OUR_AIOGRAM, OUR_PTB):
        for people in AT_ONCE:
            _print_stages(found[variant, people])


def _print_stages(measured: Measured) -> None:
    """The time of our steps by stage, in milliseconds a step, of the last round."""
    last = measured.rounds[-1]
    whole = 1e3 * last.seconds / last.steps
    parts = [f"{name} {1e3 * took / last.steps:.2f}" for name, (_, took) in last.stages.items()]
    print(f"* {measured.variant.name}, {measured.at_once} in flight: {whole:.2f} ms a step", end="")
    print(f"; of the step itself: {', '.join(parts)}" if parts else "")


def _bars(found: dict[tuple[Variant, int], Measured]) -> list[Bar]:
    """Both with as many people at once as make the best of a shared commit."""
    most = AT_ONCE[-1]
    return [
        Bar(
            f"steps/s in process, {ours.name} / {alone.name} with nothing kept",
            found[ours, most].steps / found[alone, most].steps,
            least,
        )
        for ours, alone, least in COMPARED
    ]


if __name__ == "__main__":
    sys.exit(main())
