"""How much of what is owed is done: numbers by rule and place, never by worker.

Owed is what was open on a day, in whichever period the day falls, without what was lifted
(``exempt``, counted apart) and what fell away (``cancelled``). Each grid's rows of the day are
found by an index, so that years of closed periods beside them cost nothing.

What hangs on one day, or reports on a period that is over, is not due in the days it is about. It
is counted in each month from the one in which it opens to the one in which it ends.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from storage.connection import Connection
from storage.obligation_tables import obligation, visit
from storage.obligations_crowd import SOURCES, Crowd, Day
from storage.obligations_facts import VisitMade
from storage.overseen import counted, one_of, overseen
from storage.policy import Actor

DONE: Final = ("done_on_time", "done_late")

_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Before anything was overdue: SQLite takes the index of open duties only where it is asked for."""


@dataclass(frozen=True, slots=True)
class Count:
    """What of a rule is owed in an area on a day: `owed` are all, `done` of them are done, `late`
    of those after their day; `overdue` are open still, or missed. `exempt` are not among them."""

    rule_id: str
    rule_version: int
    rule_region: str
    area_code: str
    owed: int
    done: int
    late: int
    overdue: int
    exempt: int


@dataclass(frozen=True, slots=True)
class Span:
    """Visits for an area's share count in these days."""

    rule_id: str
    rule_version: int
    rule_region: str
    area_code: str
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Share:
    """An area's share that is still open at its end: visits from `opens_on` until `due_on` are in
    time, up to `until` late. Who is counted is told by the day `last`."""

    id: int
    rule_id: str
    rule_version: int
    rule_region: str
    area_code: str
    opens_on: date
    due_on: date
    until: date
    last: date

    def span(self, until: date) -> Span:
        """The days in which visits count up to one of them."""
        rule = (self.rule_id, self.rule_version, self.rule_region)
        return Span(*rule, self.area_code, self.opens_on, until)


class Coverage:
    """Counts, within what the actor oversees."""

    def __init__(self, connection: Connection, actor: Actor, now: datetime) -> None:
        self._connection = connection
        self._actor = actor
        self._now = now

    async def on(
        self,
        day: date,
        root: str,
        length: int,
        rules: Collection[str] = (),
        but: Collection[str] = (),
    ) -> Sequence[Count]:
        """What is owed on `day` in `root` and below it, by rule and by the area whose code is the
        first `length` digits; of all rules, or of `rules`, but not of those named last."""
        one = obligation.c
        wanted = [one_of(one.rule_id, rules)] if rules else []
        left_out = [~one_of(one.rule_id, but)] if but else []
        return await self._counts(length, *self._of_day(day, root, rules), *wanted, *left_out)

    async def lasting(
        self, day: date, since: datetime, root: str, length: int, rules: Collection[str]
    ) -> Sequence[Count]:
        """The same of `rules` whose duties are not due in the days they are about: what opened by
        `day`, and had not ended before `since`. Open and ended ones have an index each: by area,
        and by when they ended, so that no former years are gone through."""
        one = obligation.c
        opened = (one_of(one.rule_id, rules), one.opens_on <= day, one.opens <= self._now)
        here = counted(self._actor, one.area_code, root, rules)
        still = await self._counts(
            length, here, *opened, one.ended.is_(None), one.overdue > _LONG_AGO
        )
        anywhere = counted(self._actor, one.area_code.concat(""), root, rules)
        over = await self._counts(length, anywhere, *opened, one.ended_at >= since)
        return [*still, *over]

    async def _counts(self, length: int, *which: ColumnElement[bool]) -> Sequence[Count]:
        one = obligation.c
        place = func.substr(one.area_code, 1, length)
        key = (one.rule_id, one.rule_version, one.rule_region, place)
        lifted = one.ended == "exempt"
        open_late = and_(one.ended.is_(None), one.overdue <= self._now)
        query = (
            select(
                *key,
                func.count() - _sum(lifted),
                _sum(one.ended.in_(DONE)),
                _sum(one.ended == "done_late"),
                _sum(open_late) + _sum(one.ended == "missed"),
                _sum(lifted),
            )
            .where(*which, one.ended.is_distinct_from("cancelled"))
            .group_by(*key)
            .order_by(one.rule_id, place)
        )
        return [Count(*row) for row in await self._connection.execute(query)]

    async def spans(self, day: date, root: str, rules: Collection[str]) -> Sequence[Span]:
        """What areas owe of `rules` on `day` in `root` and below it."""
        one = obligation.c
        columns = (one.rule_id, one.rule_version, one.rule_region, one.area_code)
        days = (
            one.opens_on.label("since"),
            func.coalesce(one.counts_until, one.last).label("until"),
        )
        query = select(*columns, *days).where(
            *self._of_day(day, root, rules),
            one_of(one.rule_id, rules),
            one.subject_kind == "area",
        )
        rows = await self._connection.execute(query)
        return [Span(**row._mapping) for row in rows]

    async def shares(self, rules: Collection[str], due_since: datetime) -> Sequence[Share]:
        """Open shares of `rules` to be counted now: those that were due after `due_since`, and
        those that are settled or never will be by themselves."""
        one = obligation.c
        until = func.coalesce(one.counts_until, one.last).label("until")
        columns = [one[name] for name in Share.__dataclass_fields__ if name != "until"]
        settled = or_(one.due > due_since, one.closes <= self._now, one.closes.is_(None))
        query = (
            select(*columns, until)
            .where(one.rule_id.in_(list(rules)), one.subject_kind == "area", one.ended.is_(None))
            .where(one.due <= self._now, settled)
            .order_by(one.id)
        )
        return [Share(**row._mapping) for row in await self._connection.execute(query)]

    async def crowd(self, who: Crowd, day: Day, span: Span) -> int:
        """How many belong to `who` on `day` in the area of `span` and below it."""
        table = SOURCES[who.kind]
        query = select(func.count()).select_from(table).where(self._in(who, day, span))
        return (await self._connection.execute(query)).scalar_one()

    async def visits(
        self, who: Crowd, day: Day, forms: Collection[str], span: Span
    ) -> Sequence[tuple[int, VisitMade]]:
        """The visits by one of `forms` within `span` to those who belong to `who` on `day`, each
        with the id of whom it was made to."""
        made, table = visit.c, SOURCES[who.kind]
        subject = made.household_id if who.kind == "household" else made.subject_id
        query = (
            select(subject, *(made[name] for name in VisitMade.__dataclass_fields__))
            .select_from(visit.join(table, subject == table.c.id))
            .where(
                self._in(who, day, span),
                made.form_id.in_(list(forms)),
                made.visit_date.between(span.since, span.until),
            )
        )
        if who.kind == "person":
            query = query.where(made.subject_kind == "person")
        rows = await self._connection.execute(query)
        return [(number, VisitMade(*fields)) for number, *fields in rows]

    def _of_day(
        self, day: date, root: str, rules: Collection[str]
    ) -> tuple[ColumnElement[bool], ...]:
        one = obligation.c
        seen = counted(self._actor, one.area_code, root, rules)
        return seen, one.last >= day, one.first <= day, one.opens <= self._now

    def _in(self, who: Crowd, day: Day, span: Span) -> ColumnElement[bool]:
        code, root = SOURCES[who.kind].c.area_code, span.area_code
        if self._actor.may_approve:
            seen = overseen(self._actor, code, root)
        else:
            seen = counted(self._actor, code, root, [span.rule_id])
        return and_(seen, who.where([day]))


def _sum(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((which, 1), else_=0)), 0)
