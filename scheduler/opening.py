"""Opens the periods of the calendar for everybody whom they concern.

Those who are in a rule's population on the first day of a period are opened by one statement for a
run of thousands. Who came into the register within the period is found by the day on which it was.
Whoever comes in or goes out by age within it, and whoever has days of their own on which periods
hang, is noted down to be looked at one by one (`reviewing`); and whose classes are changed by a
form is reckoned at once (`reckoning`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from time import perf_counter
from typing import Final

from scheduler.anchors import CalendarAnchor
from scheduler.crowds import births, crowd, looked_at, of_age
from scheduler.ground import Ground
from scheduler.lines import Line
from scheduler.periods import Period, calendar_periods
from scheduler.points import start_of
from scheduler.windows import Window
from storage.database import Database
from storage.obligations_crowd import Crowd, Day
from storage.obligations_opening import Openings, Progress, Run, Terms
from storage.policy import SYSTEM

AHEAD: Final = timedelta(days=62)
"""How long before a period its window may open."""

_MARK: Final = "opening"
_DAY: Final = timedelta(days=1)


@dataclass(slots=True)
class Pace:
    """How many subjects one transaction takes: as many as it manages in some 10 ms, for a chat step
    may have to wait for it."""

    size: int = 500

    def went(self, seconds: float) -> None:
        """One of this size took so long."""
        if seconds > 0.015:
            self.size = max(100, self.size // 2)
        elif seconds < 0.006:
            self.size = min(20_000, self.size * 2)


async def open_periods(database: Database, ground: Ground) -> int:
    """Open whatever has come since this was last done; how many obligations are new."""
    return await Opening(database, ground).run()


class Opening:
    """One run over all rules."""

    def __init__(self, database: Database, ground: Ground) -> None:
        self._database = database
        self._ground = ground
        self._now = database.clock.now()
        self._today = self._now.astimezone(ground.zone).date()

    async def run(self) -> int:
        """Do it. A run that was cut off is done again from where it came to."""
        async with self._database.reading(SYSTEM, "open periods") as uow:
            openings = Openings(uow.connection)
            self._newest = await openings.newest()
            self._progress = await openings.progress()
            marked = await openings.marked(_MARK)
        self._first = first = min(marked or self._today, self._today)
        count = 0
        for line in self._ground.book.lines:
            for period, window in self._opened(line, first):
                count += await self._open(line, period, window)
            await self._enrol(line)
        if marked != self._today:
            async with self._database.unit(SYSTEM, "open periods") as uow:
                await Openings(uow.connection).mark(_MARK, max(marked or first, self._today))
        return count

    def _opened(self, line: Line, first: date) -> Iterator[tuple[Period, Window]]:
        """The periods that have opened, from `first` on."""
        for period in calendar_periods(line, first, self._today + AHEAD):
            window = self._ground.window(period)
            if window is not None and window.opens <= self._now:
                yield period, window

    async def _open(self, line: Line, period: Period, window: Window) -> int:
        who = crowd(line, period.rule.population)
        place = Progress(line.id, line.region, period.key, period.rule.version, 0)

        async def open_run(openings: Openings, run: Run) -> int:
            return await self._open_run(openings, who, period, run)

        if who.kind == "area":
            async with self._database.unit(SYSTEM, "open periods") as uow:
                openings = Openings(uow.connection)
                return await self._open_from(openings, who, period, period.first, Run(0, 0))
        return await self._in_runs(who.kind, place, open_run)

    async def _enrol(self, line: Line) -> None:
        """Note down those whose own days make periods."""
        rule = line.in_force(self._today)
        who = looked_at(line, rule) if rule and rule.on else None
        if rule is None or who is None or who.kind not in ("person", "household"):
            return
        today = Day(self._today)

        async def enrol(openings: Openings, run: Run) -> int:
            return await openings.enrol(who, today, run, self._first)

        await self._in_runs(
            who.kind, Progress(line.id, line.region, f"v{rule.version}", rule.version, 0), enrol
        )

    async def _in_runs(
        self, kind: str, place: Progress, work: Callable[[Openings, Run], Awaitable[int]]
    ) -> int:
        """Do `work` for all subjects of a kind that it was not done for yet."""
        reached = self._progress.get((place.rule_id, place.rule_region, place.period_key), 0)
        newest, pace, count = self._newest[kind], Pace(), 0
        while reached < newest:
            run = Run(reached, min(reached + pace.size, newest))
            async with self._database.unit(SYSTEM, "open periods") as uow:
                began = perf_counter()  # to begin and to commit stops nobody
                openings = Openings(uow.connection)
                count += await work(openings, run)
                await openings.reach(replace(place, reached=run.up_to))
                pace.went(perf_counter() - began)
            reached = run.up_to
            await asyncio.sleep(0)  # whoever waits for the writer goes first
        return count

    async def _open_run(self, openings: Openings, who: Crowd, period: Period, run: Run) -> int:
        """Those who were there when the period began, and those who came in it, day by day."""
        came = start_of(period.first + _DAY, self._ground.zone)
        there = replace(run, before=came)
        count = await self._open_from(openings, who, period, period.first, there)
        entered = await openings.entered(who.kind, replace(run, since=came))
        for day in self._days(entered):
            if not _next_time(period, day):
                at = replace(run, since=self._starts(day), before=self._starts(day + _DAY))
                count += await self._open_from(openings, who, period, day, at)
        by_age = births(period.rule.population, period.first, period.last)
        if by_age:
            anybody = Day(min(max(self._today, period.first), period.last))
            on = min(period.first, self._today)
            await openings.enrol(who, anybody, run, on, by_age)
        return count

    async def _open_from(
        self, openings: Openings, who: Crowd, period: Period, since: date, run: Run
    ) -> int:
        """Those of a run who are concerned from `since` on."""
        window = self._ground.window(period, since)
        if window is None:
            return 0
        now = max(since, min(self._today, period.last))
        days = [of_age(period.rule.population, day) for day in sorted({since, now, period.last})]
        owners = self._ground.owners(period.rule.who)
        return await openings.open(who, days, terms(period, window), owners, run)

    def _days(self, entered: tuple[datetime, datetime] | None) -> Iterator[date]:
        if entered is not None:
            day, last = (one.astimezone(self._ground.zone).date() for one in entered)
            while day <= last:
                yield day
                day += _DAY

    def _starts(self, day: date) -> datetime:
        return start_of(day, self._ground.zone)


def terms(period: Period, window: Window, leaves_on: date | None = None) -> Terms:
    """What the tables keep of a period and its window."""
    rule = period.rule
    return Terms(
        rule_id=rule.id,
        rule_version=rule.version,
        rule_region=rule.region,
        period_key=period.key,
        first=period.first,
        last=period.last,
        opens=window.opens,
        due_soon=window.due_soon,
        due=window.due,
        overdue=window.overdue,
        closes=window.closes,
        opens_on=window.opens_on,
        due_on=window.due_on,
        counts_until=window.counts_until,
        due_at=window.due_at,
        provisional=window.provisional,
        role=rule.who,
        leaves_on=leaves_on,
    )


def _next_time(period: Period, day: date) -> bool:
    """Whether who comes new on `day` is due in the next period only."""
    days_left = (period.last - day).days + 1
    calendar = isinstance(period.rule.anchor, CalendarAnchor)
    return calendar and (days_left <= period.rule.newcomer_days or days_left < 1)
