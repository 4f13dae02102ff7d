"""What a bot is told by its environment, and what runs beside it in its event loop."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import Final

BASE: Final = os.environ.get("BENCH_API", "")
TOKEN: Final = os.environ.get("BENCH_TOKEN", "")
FOLDER: Final = Path(os.environ.get("BENCH_FOLDER", "."))
STATE: Final = os.environ.get("BENCH_STATE", "memory")
REDIS: Final = os.environ.get("BENCH_REDIS", "")
KEEPS_ANSWERS: Final = os.environ.get("BENCH_ANSWERS") != "none"
INSIDE: Final = "BENCH_INSIDE" in os.environ
STALLS: Final = "stalls.txt"

_TICK: Final = 0.005  # seconds


def prepare() -> None:
    """To be called first: cuts the wires of a bot that has the people in its own process."""
    if INSIDE:
        from benchmarks.peers.inside import connect

        connect()


async def beside() -> None:
    """What every bot starts as a task: the people where they are in the same process, else a watch
    over its event loop."""
    if INSIDE:
        from benchmarks.peers.inside import people

        await people()
    else:
        await _watch_stalls()


async def _watch_stalls() -> None:
    """Write down each time the loop came back late, until cancelled: the moment (`time.monotonic`)
    and the seconds."""
    with (FOLDER / STALLS).open("w", buffering=1) as out:
        while True:
            before = time.monotonic()
            await asyncio.sleep(_TICK)
            late = time.monotonic() - before - _TICK
            if late > _TICK:
                out.write(f"{before:.4f} {late:.4f}\n")
