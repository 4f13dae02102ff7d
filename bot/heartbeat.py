"""How late the event loop turns: what holds it up holds up everybody."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Final

from core import measures

EVERY: Final = 0.25  # seconds between two looks


async def run() -> None:
    """Measure until cancelled."""
    while True:
        begun = monotonic()
        await asyncio.sleep(EVERY)
        measures.LOOP_LAG.observe(max(monotonic() - begun - EVERY, 0.0))
