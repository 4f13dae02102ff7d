"""Walks over the subjects of the register, run by run, and remembers how far it came.

Each run is a short transaction of its own. Who is entered later is found beyond the last id; a rule
that has changed begins again with the first one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from scheduler.pace import Pace
from storage.database import Database
from storage.obligations_opening import Openings, Progress, Run
from storage.policy import SYSTEM
from storage.unit import UnitOfWork

PURPOSE: Final = "open periods"
_MARK: Final = "opening"

Step = Callable[[UnitOfWork, Run], Awaitable[None]]
Work = Callable[[UnitOfWork, Run, bool], Awaitable[int]]
"""What is done for a run, and whether it was done before by a rule that has changed since; returns
how many obligations are new."""


@dataclass(frozen=True, slots=True)
class Runs:
    """The register at one moment: the `newest` id of each kind of subject, how far everything had
    come, and the day up to which everything had been opened."""

    database: Database
    newest: Mapping[str, int]
    progress: Mapping[tuple[str, str, str], Progress]
    marked: date | None

    @classmethod
    async def read(cls, database: Database) -> Runs | None:
        """Look; None while somebody enters subjects."""
        async with database.reading(SYSTEM, PURPOSE) as uow:
            openings = Openings(uow.connection)
            newest = await openings.newest()
            if newest is None:
                return None
            everywhere = {**newest, "area": 1}  # areas have no ids: all of them are one run
            progress = await openings.progress()
            return cls(database, everywhere, progress, await openings.marked(_MARK))

    async def mark(self, day: date) -> None:
        """All that had opened by `day` is open."""
        if self.marked is None or self.marked < day:
            async with self.database.unit(SYSTEM, PURPOSE) as uow:
                await Openings(uow.connection).mark(_MARK, day)

    async def go_on(self, kind: str, place: Progress, work: Work) -> int:
        """Do `work` for all subjects of a kind for whom this rule has not done it yet. Areas are
        gone through each time."""
        known = self.progress.get(place.place)
        same = known is not None and known.fingerprint == place.fingerprint
        if known is not None:
            former = known.former if same else max(known.reached, known.former)
            place = replace(place, reached=known.reached if same else 0, former=former)
        if kind == "area":
            place = replace(place, reached=0, former=0 if same else place.former)
        count = 0

        async def step(uow: UnitOfWork, run: Run) -> None:
            nonlocal count
            count += await work(uow, run, run.after < place.former)
            if not (same and kind == "area"):
                await Openings(uow.connection).reach(replace(place, reached=run.up_to))

        await self.each(kind, step, place.reached)
        return count

    async def each(self, kind: str, step: Step, reached: int = 0) -> None:
        """Take a step for each run of the subjects after `reached`."""
        newest, pace = self.newest[kind], Pace(self.database.shared)
        while reached < newest:
            run = Run(reached, min(reached + pace.size, newest))
            async with self.database.unit(SYSTEM, PURPOSE, rank="last") as uow:
                await Openings(uow.connection).prepare()
                with pace.taken():
                    await step(uow, run)
            reached = run.up_to
            await asyncio.sleep(0)
