"""A village whose people are reminded of what they owe."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from scheduler.closing import keep_up
from scheduler.ground import Ground
from scheduler.manners import Manners
from scheduler.reminding import Reminded, remind
from storage.database import Database
from tests.clock import TurnedClock
from tests.handlers.conftest import Village, running
from tests.scheduler.making import SHANGHAI, at


@dataclass(slots=True)
class Reminding:
    """The village under some rules, with its clock and ticks."""

    village: Village
    ground: Ground

    @property
    def database(self) -> Database:
        return self.village.database

    @property
    def clock(self) -> TurnedClock:
        return self.village.clock

    async def tick(self, moment: str | datetime | None = None) -> Reminded:
        """The work of a tick at a local moment, or now; what it queues is delivered."""
        done = await self.queue(moment)
        await self.village.sender.drain()
        return done

    async def queue(self, moment: str | datetime | None = None) -> Reminded:
        """The work of a tick alone: nothing is delivered."""
        if moment is not None:
            self.clock.set(at(moment) if isinstance(moment, str) else moment)
        await keep_up(self.database, self.ground)
        return await remind(self.database, self.ground, Manners())


def under(village: Village, ground: Ground, moment: str) -> Reminding:
    """The village under some rules, from a local moment on."""
    village.clock.set(at(moment))
    village.database.zone = SHANGHAI
    house = replace(village.house, ground=lambda: ground)
    return Reminding(running(village.database, village.clock, village.channel, house), ground)
