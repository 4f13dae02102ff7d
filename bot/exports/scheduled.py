"""Tables that are made by the clock, each of the last period that is over.

What has been made is what stands in the folder: a late tick catches up, and a second one finds
nothing to do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.exports.definition import Definition
from bot.exports.making import Asked, Caller, ExportError, make
from bot.exports.periods import FINISHED, span
from bot.exports.sealing import SUFFIX
from bot.exports.shelf import read_all
from core.log import log
from storage.policy import SYSTEM

if TYPE_CHECKING:
    from bot.settings import Settings
    from scheduler.ground import Ground
    from storage.database import Database

EVERY: Final = timedelta(hours=1)


class Scheduled:
    """Writes the tables that have a schedule into the folder `export_dir` of the settings. Their
    files are read each time, so that one that was changed counts."""

    def __init__(
        self, database: Database, settings: Settings, ground: Callable[[], Ground]
    ) -> None:
        assert settings.export_dir is not None
        self._database = database
        self._own = settings.exports
        self._target = settings.export_dir
        self._ground = ground
        self._language = settings.language

    async def make(self) -> None:
        """Make what is not there yet. What can't be made is logged, and tried again by the next
        tick."""
        await asyncio.to_thread(self._target.mkdir, parents=True, exist_ok=True, mode=0o700)
        found, problems = await asyncio.to_thread(read_all, self._own)
        for wrong in problems:
            log.error("export file", file=wrong.file, field=wrong.where, code=wrong.code)
        for one in found.values():
            try:
                await self._make(one)
            except (ExportError, OSError) as error:
                log.error("export", id=one.id, error=type(error).__name__)

    async def _make(self, definition: Definition) -> None:
        if definition.schedule is None:
            return
        now = self._database.clock.now().astimezone(self._database.zone)
        since, until = span(FINISHED[definition.schedule.every], now.date())
        if not definition.filter.period and definition.filter.states:
            asked_since = asked_until = None  # a list of what stands open tells of this moment
        else:
            asked_since, asked_until = since, until
        file = self._target / _name(definition, since.isoformat())
        if await asyncio.to_thread(file.exists):
            return
        asked = Asked(file, None, asked_since, asked_until, self._language)
        ground = await asyncio.to_thread(self._ground)
        await make(self._database, Caller(SYSTEM, "tick"), definition, asked, ground=ground)


def _name(definition: Definition, since: str) -> str:
    assert definition.schedule is not None
    sealed = f".{SUFFIX}" if definition.sealed else ""
    return f"{definition.id}_{since}.{definition.schedule.format}{sealed}"
