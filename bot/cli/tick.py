"""`zoufang tick`: the work of one tick, by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.words import language
from core.texts import say

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.database import Database


def _say(key: str, /, **values: object) -> str:
    return say(language(), f"tick.{key}", **values)


@dataclass(frozen=True, slots=True)
class _Stopped:
    """A clock that stands still. Implements `core.ports.Clock`."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return 0.0


def tick(
    now: Annotated[
        datetime | None,
        typer.Option("--now", formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d"], help=_say("now")),
    ] = None,
) -> None:
    """Bring obligations and reminders up to the present, or up to a moment that is given."""
    from bot.cli.opening import with_database

    async def work(settings: Settings, database: Database) -> None:
        from bot.ground import Grounds
        from scheduler.closing import keep_up
        from scheduler.reminding import remind

        if now is not None:
            database.clock = _Stopped(now.replace(tzinfo=settings.zone))
        ground = Grounds(settings).current()
        done = await keep_up(database, ground)
        typer.echo(_say("done", opened=done.opened, reviewed=done.reviewed, missed=done.missed))
        told = await remind(database, ground, settings.manners)
        typer.echo(_say("told", rungs=told.rungs, alone=told.alone, digests=told.digests))

    with_database(work)
