"""What a bot is told by its environment, and how long its event loop was ever held up."""

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
STALLS: Final = FOLDER / "stalls.txt"

_TICK: Final = 0.005  # seconds


async def watch_stalls() -> None:
    """Write down each time the loop came back late, until cancelled: the moment (`time.monotonic`)
    and the seconds."""
    with STALLS.open("w", buffering=1) as out:
        while True:
            before = time.monotonic()
            await asyncio.sleep(_TICK)
            late = time.monotonic() - before - _TICK
            if late > _TICK:
                out.write(f"{before:.4f} {late:.4f}\n")
