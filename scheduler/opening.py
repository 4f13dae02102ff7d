"""Opens the periods of the calendar for everybody whom they concern.

Those who are in a rule's population on the first day of a period are opened by one statement for a
run of thousands. Who came into the register within the period is found by the day on which it was.
Whoever comes in or goes out by age within it, and whoever has days of their own on which periods
hang, is noted down to be looked at one by one (`closing.review`); whose classes are changed by a
form is reckoned at once (`reckoning`); and where a rule has changed, what is open follows it
(`amending`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from scheduler.amending import amend, look_back, withdraw
from scheduler.anchors import CalendarAnchor, FestivalAnchor
from scheduler.crowds import births, crowd, looked_at, of_age
from scheduler.ground import Ground
from scheduler.lines import Line
from scheduler.periods import Period, calendar_periods
from scheduler.points import start_of
from scheduler.runs import Runs
from scheduler.visit_rules import VisitRule
from scheduler.windows import Window
from storage.database import Database
from storage.obligations_amending import REVIEWED, Amendments
from storage.obligations_crowd import Crowd, Day
from storage.obligations_opening import Openings, Progress, Run, Terms
from storage.unit import UnitOfWork

AHEAD: Final = timedelta(days=62)
"""How long before a period its window may open."""

_DAY: Final = timedelta(days=1)


async def open_periods(database: Database, ground: Ground) -> int:
    """Open whatever has come since this was last done, and have what is open follow the rules; how
    many obligations are new. While somebody enters subjects nothing is done."""
    runs = await Runs.read(database)
    if runs is None:
        return 0
    now = database.clock.now()
    today = now.astimezone(ground.zone).date()
    first, until = min(runs.marked or today, today), today + AHEAD
    count = 0
    for line in ground.book.lines:
        for period in (*_unsettled(runs, line, first), *calendar_periods(line, first, until)):
            window = ground.window(period)
            if window is None or window.opens > now:
                continue
            place = _place(line, period.rule, period.key, period.first)
            if place.place not in runs.progress and _passed_by(runs, window, now, ground.zone):
                continue
            who, is_over = crowd(line, period.rule.population), period.last < first
            work = _Opening(ground, who, period, window, today, is_over)
            count += await runs.go_on(who.kind, place, work)
        await _enrol(runs, line, first, today)
    await withdraw(runs, ground)
    await runs.mark(today)
    return count


def _place(line: Line, rule: VisitRule, key: str, first: date | None = None) -> Progress:
    return Progress(line.id, line.region, key, rule.version, rule.fingerprint, first)


def _unsettled(runs: Runs, line: Line, first: date) -> list[Period]:
    """The periods that were over before the day `first`, and whose rule has changed since they were
    opened: for as long as late entries are waited for, what is open of them follows it."""
    place = (line.id, line.region)
    mine = (one for one in runs.progress.values() if (one.rule_id, one.rule_region) == place)
    return [
        period
        for known in mine
        if known.first is not None and known.fingerprint
        for period in calendar_periods(line, known.first, known.first)
        if period.key == known.period_key and period.last < first
        if period.rule.fingerprint != known.fingerprint
    ]


def _passed_by(runs: Runs, window: Window, now: datetime, zone: tzinfo) -> bool:
    """Whether a period is settled, and no rule had it yet when a tick last looked: nobody knew of
    it while something could be done. What opened and was settled in an outage was owed."""
    if window.closes is None or window.closes > now or runs.marked is None:
        return False
    return window.opens <= start_of(runs.marked, zone)


# --- whose own days make periods ------------------------------------------------------------------


async def _enrol(runs: Runs, line: Line, first: date, today: date) -> None:
    """Note down those whom a rule may concern that hangs on days of their own."""
    rule = line.in_force(today)
    if rule is None or not rule.on or isinstance(rule.anchor, CalendarAnchor | FestivalAnchor):
        return
    kind = rule.population.subject
    who = looked_at(line, rule) if kind in REVIEWED else None
    place = _place(line, rule, f"v{rule.version}")
    await runs.go_on(kind, place, _Enrolling(kind, line.id, who, first, today))


@dataclass(frozen=True, slots=True)
class _Enrolling:
    """What is done for a run: those of the crowd `who` are looked at on the day `first`."""

    kind: str
    rule_id: str
    who: Crowd | None
    first: date
    today: date

    async def __call__(self, uow: UnitOfWork, run: Run, changed: bool) -> int:
        if changed:
            amendments = Amendments(uow.connection, uow.now)
            await amendments.doubt_rule(self.kind, self.rule_id, run, self.today)
        if self.who is not None:
            openings = Openings(uow.connection)
            await openings.enrol(self.who, Day(self.today), run, self.first)
        return 0


# --- periods that are the same for everybody ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Opening:
    """What is done for a run to open one period, whose `window` is that of who was there when it
    began. One that `is_over` opens for nobody any more."""

    ground: Ground
    who: Crowd
    period: Period
    window: Window
    today: date
    is_over: bool

    async def __call__(self, uow: UnitOfWork, run: Run, changed: bool) -> int:
        """Those who were there when the period began, and those who came in it, day by day."""
        if changed and self.window.closes is not None and self.window.closes <= uow.now:
            return 0  # nobody can do any more what the rule says now
        period = self.period
        there = replace(run, before=self._starts(period.first + _DAY))
        if changed:
            days = self._days(period.first)
            await amend(uow, self.who, days, terms(period, self.window), there)
        count = 0 if self.is_over else await self._open_all(uow, run, there, changed=changed)
        if self.window.opens_on < self.today:
            opened = terms(period, self.window)
            on = of_age(period.rule.population, min(self.today, period.last))
            day = None if self.is_over else on
            await look_back(uow, self.ground, self.who, day, terms=opened, run=run)
        return count

    async def _open_all(self, uow: UnitOfWork, run: Run, there: Run, *, changed: bool) -> int:
        openings, came = Openings(uow.connection), there.before
        settled = changed or (self.window.closes is not None and self.window.closes <= uow.now)
        count = await self._open(openings, self.period.first, there, settled=settled)
        for day in await self._came(openings, replace(run, since=came)):
            at = replace(run, since=self._starts(day), before=self._starts(day + _DAY))
            count += await self._open(openings, day, at, settled=settled)
        await self._enrol(openings, run)
        return count

    async def _open(self, openings: Openings, since: date, run: Run, *, settled: bool) -> int:
        """Those of a run who are concerned from `since` on; `settled` if some may have it already
        where they lived when it was settled."""
        window = self.ground.window(self.period, since)
        if window is None:
            return 0
        roles = self.ground.owners(self.period.rule.who)
        opened, days = terms(self.period, window), self._days(since)
        return await openings.open(self.who, days, opened, roles, run, settled=settled)

    async def _came(self, openings: Openings, run: Run) -> list[date]:
        """The days on which those of a run came into the register who are owed this period."""
        if self.who.kind == "area":
            return []
        entered = await openings.entered(self.who.kind, run)
        if entered is None:
            return []
        first, last = (one.astimezone(self.ground.zone).date() for one in entered)
        days = (first + n * _DAY for n in range((last - first).days + 1))
        return [day for day in days if not _next_time(self.period, day)]

    async def _enrol(self, openings: Openings, run: Run) -> None:
        """Those who come in or go out by their age are looked at one by one."""
        period = self.period
        by_age = births(period.rule.population, period.first, period.last)
        if by_age:
            anybody = Day(min(max(self.today, period.first), period.last))
            on = min(period.first, self.today)
            await openings.enrol(self.who, anybody, run, on, by_age)

    def _days(self, since: date) -> list[Day]:
        """The days on which one has to belong to the population, to be owed from `since` on."""
        population, last = self.period.rule.population, self.period.last
        now = max(since, min(self.today, last))
        return [of_age(population, day) for day in sorted({since, now, last})]

    def _starts(self, day: date) -> datetime:
        return start_of(day, self.ground.zone)


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
