"""A backup a day, while the program runs."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Final

from storage.database import Database

EVERY: Final = timedelta(days=1)


class Backups:
    """Keeps the newest `keep` backups in `folder`, a day apart."""

    def __init__(self, database: Database, folder: Path, keep: int) -> None:
        self._database = database
        self._folder = folder
        self._keep = keep

    async def make(self) -> None:
        """Make one if the last is a day old. What goes wrong is logged, and tried again soon."""
        from storage.backup import files

        now = self._database.clock.now().astimezone(self._database.zone)
        since, until = files.name_at(now - EVERY), files.name_at(now)
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True, mode=0o700)
        made = await asyncio.to_thread(files.kept, self._folder)
        if any(since < one.name <= until for one in made):  # none of a clock that was ahead
            return
        await files.make(self._database, self._folder / files.name_at(now))
        await asyncio.to_thread(files.thin_out, self._folder, self._keep)
