"""Computes anew what one subject is owed, and sets the tables right: opens, changes, cancels.

It is done whenever something about the subject changes, and on the days on which something begins
or ends by itself. Doing it again changes nothing. What was ended by a visit, was missed or exempt
stays so; only what was cancelled opens again, when the class that it hung on comes back in time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from scheduler.anchors import CalendarAnchor, DateAnchor, FestivalAnchor
from scheduler.dossiers import subject
from scheduler.ground import Ground
from scheduler.meeting import meet
from scheduler.moving import moved
from scheduler.opening import AHEAD, terms
from scheduler.owed import Owed, owed_by_all
from scheduler.spans import birthday
from scheduler.windows import State, Window
from storage.obligations import LEFT, LIFTED, Obligation, Obligations
from storage.obligations_amending import NOT_OWED
from storage.obligations_facts import Dossier, Facts
from storage.obligations_opening import Terms
from storage.unit import UnitOfWork

_DAY: Final = timedelta(days=1)

Identity = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """An obligation as the rules want it: what the tables should hold of it."""

    owed: Owed
    window: Window

    @property
    def terms(self) -> Terms:
        """Its row."""
        return terms(self.owed.period, self.window, self.owed.until)

    @property
    def regular(self) -> bool:
        """Whether it hangs on the calendar, and is opened for everybody when its time comes."""
        return isinstance(self.owed.period.rule.anchor, CalendarAnchor | FestivalAnchor)

    def closed(self, now: datetime) -> bool:
        """Whether it is settled, whatever comes."""
        return self.window.closes is not None and self.window.closes <= now

    def over(self, today: date) -> bool:
        """Whether the subject is no longer in the population."""
        return self.owed.until is not None and self.owed.until <= today


async def reckon(
    uow: UnitOfWork,
    ground: Ground,
    kind: str,
    number: int,
    *,
    code: str = "",
    since: date | None = None,
    catch_up: bool = False,
) -> None:
    """Set right what a person, a household or the area `code` is owed. `since` is the first day on
    which something changed; today without it. What has closed since then is opened only to
    `catch_up`: it was owed, and will be missed."""
    dossier = await Facts(uow.connection).dossier(kind, number, code)
    if dossier is not None:
        await _Reckoning(uow, ground, dossier, catch_up=catch_up).run(since)


async def reckon_home(
    uow: UnitOfWork, ground: Ground, person_id: int, household_id: int, since: date | None = None
) -> None:
    """Set right what a person and their household are owed."""
    await reckon(uow, ground, "person", person_id, since=since)
    await reckon(uow, ground, "household", household_id, since=since)


class _Reckoning:
    def __init__(
        self, uow: UnitOfWork, ground: Ground, dossier: Dossier, *, catch_up: bool
    ) -> None:
        self._catch_up = catch_up
        self._ground = ground
        self._dossier = dossier
        self._whose = dossier.whose
        self._subject = subject(dossier, ground.zone)
        self._now = uow.now
        self._today = uow.now.astimezone(ground.zone).date()
        self._obligations = Obligations(uow.connection)

    async def run(self, since: date | None) -> None:
        since = min(since or self._today, self._today)
        earliest = await self._obligations.earliest(self._whose, self._now)
        first = min(since, earliest or since)
        owed = owed_by_all(self._ground.book.lines, self._subject, first, self._today + AHEAD)
        wanted = {_identity(one): Wanted(one, found) for one, found in self._ground.windows(owed)}
        rows = await self._obligations.of(self._whose, wanted)
        known = {row.identity: row for row in rows}
        for identity, one in wanted.items():
            if identity in known:
                await self._set_right(known[identity], one)
            elif self._to_open(one, since):
                roles = self._ground.owners(one.owed.period.rule.who)
                await self._obligations.open(self._whose, one.terms, roles)
        for row in rows:
            if row.ended is None and row.identity not in wanted and not self._settled(row):
                await self._cancel(row)
        await meet(self._obligations, self._ground, self._whose, self._dossier.visits, self._now)
        await self._succeeded(wanted)
        if self._whose.kind in ("person", "household"):
            next_day = self._next(wanted.values())
            await self._obligations.review(self._whose, next_day, self._today)

    def _to_open(self, one: Wanted, since: date) -> bool:
        period, window = one.owed.period, one.window
        closed = one.closed(self._now)
        caught_up = self._catch_up and period.last >= since
        if one.over(self._today) or (closed and not caught_up):
            return False
        if one.regular:  # what opened before was opened by a tick, or was not owed then
            reached = window.opens_on if closed else period.last
            return window.opens <= self._now and reached >= since
        return period.first <= self._today

    async def _set_right(self, row: Obligation, one: Wanted) -> None:
        if row.ended is None and self._settled(row):
            return
        over, as_moved = one.over(self._today), moved(one.terms, row.moved_to, self._ground.zone)
        if row.ended is None and over:
            await self._cancel(row)
        elif row.ended == State.CANCELLED and row.reason in LIFTED:
            if not over and not one.closed(self._now):
                await self._obligations.reopen(row.id)
                await self._obligations.change(row.id, as_moved)
        elif row.ended is None and row.terms != as_moved:
            await self._obligations.change(row.id, as_moved)

    def _settled(self, row: Obligation) -> bool:
        """Whether it was missed before, though no tick has said so yet."""
        return row.terms.closes is not None and row.terms.closes <= self._now

    async def _cancel(self, row: Obligation) -> None:
        reason = NOT_OWED if self._subject.listed(self._today) else LEFT
        await self._obligations.end(row.id, State.CANCELLED, self._now, reason=reason)

    async def _succeeded(self, wanted: Mapping[Identity, Wanted]) -> None:
        """End what a new date, such as that of a certification, has put an end to."""
        done = {
            key: one
            for key, one in wanted.items()
            if one.owed.period.met is not None
            and isinstance(one.owed.period.rule.anchor, DateAnchor)
            and not one.closed(self._now)
        }
        for row in await self._obligations.of(self._whose) if done else ():
            if (one := done.get(row.identity)) and (met := one.owed.period.met):
                end = State.DONE_ON_TIME if met <= one.window.due_on else State.DONE_LATE
                await self._obligations.end(row.id, end, self._now)

    def _next(self, wanted: Iterable[Wanted]) -> date | None:
        """The next day on which something begins or ends by itself."""
        days: set[date] = set()
        for one in wanted:
            if one.owed.until:
                days.add(one.owed.until)
            if not one.regular:
                period = one.owed.period
                days.update((period.first, min(period.met or period.last, period.last) + _DAY))
        people = (self._subject, *self._subject.members)
        births = [one.birth_date for one in people if one.birth_date]
        ages = self._ground.book.birthdays.get(self._whose.kind, ())
        days.update(birthday(birth, age) for birth in births for age in ages)
        return min((day for day in days if day > self._today), default=None)


def _identity(owed: Owed) -> Identity:
    return owed.period.rule.id, owed.period.key
