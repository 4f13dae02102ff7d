"""Climbs ladders: notes each rung whose moment has come, for everybody who is to be told of it.

Each open obligation knows when its next rung comes, so a tick touches only those for which one has.
A rung is noted once, whoever ticks and however often; after an outage all that came are noted.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from scheduler.ground import Ground
from scheduler.ladders import WORKER, Rung, moments
from scheduler.overseers import Overseers
from scheduler.pace import Pace
from scheduler.windows import Window
from storage.database import Database
from storage.policy import SYSTEM
from storage.readers import Readers
from storage.reminder_tables import NO_READER
from storage.reminders import Climbers, Come, Course, Reminders
from storage.unit import UnitOfWork

AHEAD: Final = timedelta(days=400)
"""How far the next rung is looked for. Where there is none, it is looked for again after that."""

UP: Final = "up."
"""What the rungs of an escalation begin with, so that they are told from those of the ladder."""

_ANEW: Final = timedelta(days=1)  # where a rule is in no file any more, it may come back


@dataclass(frozen=True, slots=True)
class Step:
    """One moment of a ladder or an escalation; `name` and `n` are its identity."""

    name: str
    n: int
    at: datetime
    rung: Rung


async def climb(database: Database, ground: Ground) -> int:
    """Note the rungs that have come; how many."""
    return await _Climb(database, ground).run()


class _Climb:
    def __init__(self, database: Database, ground: Ground) -> None:
        self._database = database
        self._ground = ground
        self._now = database.clock.now()
        self._pace = Pace(database.shared)
        self._steps: dict[Course, Sequence[Step] | None] = {}
        self._overseers: Overseers | None = None

    async def run(self) -> int:
        count = 0
        for fresh in (False, True):
            some = climbed = self._pace.size
            while climbed == some:
                some = self._pace.size
                climbed, noted = await self._some(some, fresh=fresh)
                count += noted
                await asyncio.sleep(0)
        return count

    async def _some(self, limit: int, *, fresh: bool) -> tuple[int, int]:
        """Climb with some obligations: how many they were, and how many rungs they came to."""
        async with self._database.unit(SYSTEM, "climb", rank="last") as uow:
            with self._pace.taken():
                reminders = Reminders(uow.connection)
                return await self._climb(
                    uow, await reminders.to_climb(self._now, limit, fresh=fresh)
                )

    async def _climb(self, uow: UnitOfWork, groups: Sequence[Climbers]) -> tuple[int, int]:
        climbed = noted = 0
        following: dict[datetime, list[int]] = defaultdict(list)
        for group in groups:
            steps = self._steps_of(group.course)
            following[self._next(steps)].extend(group.ids)
            for step in steps or ():
                if self._has_come(step, group):
                    noted += await self._note(uow, step, group)
            climbed += len(group.ids)
        await Reminders(uow.connection).climb(following)
        return climbed, noted

    def _has_come(self, step: Step, group: Climbers) -> bool:
        return step.at <= self._now and (group.rung_at is None or step.at >= group.rung_at)

    def _next(self, steps: Sequence[Step] | None) -> datetime:
        if steps is None:
            return self._now + _ANEW
        return next((step.at for step in steps if step.at > self._now), self._now + AHEAD)

    async def _note(self, uow: UnitOfWork, step: Step, group: Climbers) -> int:
        """Note a rung that has come, for each who is to be told of it; how many are new."""
        reminders, rung, ids = Reminders(uow.connection), step.rung, group.ids
        come = Come(step.name, step.n, step.at, self._now, rung.to, rung.how)
        if group.rung_at is None:  # the window was another one before: what was told stays told
            known = await reminders.has_come(come, ids)
            ids = [one for one in ids if one not in known]
        if rung.to == WORKER:
            return await reminders.note_own(come, ids)
        if self._overseers is None:
            self._overseers = Overseers(self._ground, await Readers(uow.connection).staff())
        readers = [
            (place.id, reader)
            for place in await reminders.places(ids)
            for reader in self._overseers.of(rung.to, place) or [NO_READER]
        ]
        return await reminders.note(come, readers)

    # --- when ------------------------------------------------------------------------------------

    def _steps_of(self, course: Course) -> Sequence[Step] | None:
        if course not in self._steps:
            self._steps[course] = self._reckoned(course)
        return self._steps[course]

    def _reckoned(self, course: Course) -> Sequence[Step] | None:
        """All steps of obligations that take this course, by their moments; None without a rule."""
        rule = self._ground.rule(course.rule_id, course.rule_version, course.rule_region)
        if rule is None:
            return None
        book, window, found = self._ground.book, Window(*course[3:]), []
        until = self._now + AHEAD
        ladder, escalation = book.ladders.get(rule.ladder), None
        if rule.escalation:
            escalation = book.escalations.get(rule.escalation)
        for path, before in ((ladder, ""), (escalation, UP)):
            rungs = path.rungs if path else ()
            for one in moments(rungs, window, self._ground.days, self._ground.zone, until):
                found.append(Step(before + one.rung.id, one.n, one.at, one.rung))
        return sorted(found, key=lambda step: (step.at, step.name))
