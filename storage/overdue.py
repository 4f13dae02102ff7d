"""What is overdue in an area, and what there is to know of one duty and of one subject."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, tuple_

from storage.connection import Connection
from storage.names import surname
from storage.obligation_tables import obligation, obligation_visit, visit
from storage.obligations import standing
from storage.overseen import area_by_area, one_of, overseen
from storage.policy import Actor
from storage.tables import account, household, person

MANY: Final = 10_000
"""From so many on a page is read off the index in whose order they are shown; fewer are found by
area and sorted."""
CHUNK: Final = 200
"""Duties that are read at once where all of them are wanted."""

_HEAD: Final = person.alias("head")


@dataclass(frozen=True, slots=True)
class Tally:
    """How many duties of a rule are overdue in an area; `by_age` of them less than the first number
    of the days asked for, less than the second, …, and the rest."""

    area_code: str
    rule_id: str
    n: int
    by_age: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One duty as who oversees it sees it. `code` and `surname` are those of the person, or of the
    household and its head; empty where the subject is an area or a worker. `worker` is the code of
    the account that owes it, None if nobody does. `state` is that of `obligations.standing`. A
    visit on the day `counts_until` still counts; None: on any day."""

    id: int
    rule_id: str
    rule_version: int
    rule_region: str
    period_key: str
    area_code: str
    kind: str
    subject_id: int
    household_id: int | None
    code: str
    surname: str
    account_id: int | None
    worker: str | None
    role: str
    first: date
    last: date
    opens_on: date
    due_on: date
    counts_until: date | None
    closes: datetime | None
    state: str
    reason: str | None
    visit_root: str | None


@dataclass(frozen=True, slots=True)
class Call:
    """A visit that was made, and the code of the account that handed it in."""

    root_id: str
    form_id: str
    visit_date: date
    entered_at: datetime
    mode: str | None
    outcome: str | None
    worker: str


class Overdue:
    """Reads, within what the actor oversees."""

    def __init__(self, connection: Connection, actor: Actor, now: datetime) -> None:
        self._connection = connection
        self._actor = actor
        self._now = now

    async def tally(self, root: str, length: int, days: Sequence[int] = ()) -> Sequence[Tally]:
        """How much is overdue in `root` and below it, by the area whose code is the first `length`
        digits and by rule, in this order; with numbers of `days`, also by age."""
        one = obligation.c
        place = func.substr(one.area_code, 1, length)
        query = (
            select(place, one.rule_id, func.count(), *self._by_age(days))
            .where(area_by_area(self._actor, one.area_code, root), self._late())
            .group_by(place, one.rule_id)
            .order_by(place, one.rule_id)
        )
        rows = await self._connection.execute(query)
        return [Tally(code, rule, n, tuple(ages)) for code, rule, n, *ages in rows]

    def _by_age(self, days: Sequence[int]) -> list[ColumnElement[int]]:
        if not days:
            return []
        overdue = obligation.c.overdue
        since = [self._now - timedelta(days=n) for n in days]
        bins = [overdue > since[0]]
        bins += [and_(overdue <= a, overdue > b) for a, b in pairwise(since)]
        bins.append(overdue <= since[-1])
        return [func.sum(case((each, 1), else_=0)) for each in bins]

    async def page(
        self,
        root: str,
        rule: str = "",
        page: int = 0,
        size: int = 8,
        *,
        older: int = 0,
        younger: int = 0,
        total: int | None = None,
    ) -> tuple[Sequence[Case], int]:
        """One page (from 0) of what is overdue in `root` and below it, of one rule if `rule` names
        one, for `older` days at least and for less than `younger` (0: for any time), and how much
        it is in all, unless that is known as `total`. What closes soonest comes first."""
        return await self._page(root, self._which(rule, older, younger), page, size, total)

    async def chunks(
        self, root: str, rule: str = "", *, older: int = 0, younger: int = 0
    ) -> AsyncIterator[Sequence[Case]]:
        """All that `page` would show, in the same order: each chunk goes on where the one before
        ended, however many there are."""
        one = obligation.c
        late = self._which(rule, older, younger)
        which = [self._within(root, await self._count(root, late)), *late]
        closing = (one.closes, one.due, one.area_code, one.id)
        for some, key in ((one.closes.is_not(None), closing), (one.closes.is_(None), closing[1:])):
            async for rows in self._after(and_(some, *which), key):
                yield rows

    async def _after(
        self, which: ColumnElement[bool], key: Sequence[ColumnElement[Any]]
    ) -> AsyncIterator[Sequence[Case]]:
        """These in the order of `key`, in chunks."""
        following = select(obligation.c.id).where(which).order_by(*key).limit(CHUNK)
        reached: ColumnElement[bool] | None = None
        while True:
            query = following if reached is None else following.where(reached)
            found = query.subquery()
            joined = cases(self._now).join(found, found.c.id == obligation.c.id)
            marked = [each.label(f"key_{n}") for n, each in enumerate(key)]
            rows = (
                await self._connection.execute(joined.add_columns(*marked).order_by(*key))
            ).all()
            if rows:
                yield [case_of(row._mapping) for row in rows]
            if len(rows) < CHUNK:
                return
            last = rows[-1]._mapping
            values = [literal(last[f"key_{n}"], each.type) for n, each in enumerate(key)]
            reached = tuple_(*key) > tuple_(*values)

    async def waiting(
        self, root: str, rule: str, page: int, size: int
    ) -> tuple[Sequence[Case], int]:
        """One page (from 0) of what a rule asks for in `root` and below it and nobody has done yet,
        overdue or not, and how much it is in all. What closes soonest comes first."""
        one = obligation.c
        is_open = and_(one.ended.is_(None), one.opens <= self._now, self._can_be_done())
        return await self._page(root, [is_open, one_of(one.rule_id, [rule])], page, size)

    async def _page(
        self,
        root: str,
        which: Sequence[ColumnElement[bool]],
        page: int,
        size: int,
        total: int | None = None,
    ) -> tuple[Sequence[Case], int]:
        one = obligation.c
        if total is None:
            total = await self._count(root, which)
        there = self._within(root, total)
        order = (one.closes.nulls_last(), one.due, one.area_code, one.id)
        # found first, and only then joined with whom they concern: that is as many as are shown
        shown = select(one.id).where(there, *which).order_by(*order)
        found = shown.limit(size).offset(page * size).subquery()
        query = cases(self._now).join(found, found.c.id == one.id).order_by(*order)
        rows = await self._connection.execute(query)
        return [case_of(row._mapping) for row in rows], total

    async def _count(self, root: str, which: Sequence[ColumnElement[bool]]) -> int:
        there = area_by_area(self._actor, obligation.c.area_code, root)
        query = select(func.count()).select_from(obligation).where(there, *which)
        return (await self._connection.execute(query)).scalar_one()

    async def one(self, number: int) -> Case | None:
        """One duty."""
        query = cases(self._now).where(
            overseen(self._actor, obligation.c.area_code), obligation.c.id == number
        )
        row = (await self._connection.execute(query)).first()
        return case_of(row._mapping) if row else None

    async def some(self, numbers: Sequence[int]) -> Sequence[Case]:
        """These duties, in the order of their areas and subjects; a few hundred at most."""
        one = obligation.c
        query = cases(self._now).where(overseen(self._actor, one.area_code), one.id.in_(numbers))
        rows = await self._connection.execute(query.order_by(one.area_code, one.subject_id, one.id))
        return [case_of(row._mapping) for row in rows]

    async def history(self, kind: str, number: int, area_code: str, size: int) -> Sequence[Case]:
        """The last duties to a subject, the latest first."""
        one = obligation.c
        query = cases(self._now).where(
            overseen(self._actor, one.area_code),
            one.area_code == area_code,
            one.subject_kind == kind,
            one.subject_id == number,
            one.opens <= self._now,
        )
        rows = await self._connection.execute(
            query.order_by(one.last.desc(), one.rule_id, one.id.desc()).limit(size)
        )
        return [case_of(row._mapping) for row in rows]

    async def calls(self, kind: str, number: int, size: int) -> Sequence[Call]:
        """The last visits to a subject, the latest first; those to a household's people are its."""
        same = and_(visit.c.subject_kind == kind, visit.c.subject_id == number)
        which = visit.c.household_id == number if kind == "household" else same
        query = _calls().where(overseen(self._actor, visit.c.area_code), which)
        rows = await self._connection.execute(
            query.order_by(visit.c.visit_date.desc(), visit.c.entered_at.desc()).limit(size)
        )
        return [Call(**row._mapping) for row in rows]

    async def call(self, root_id: str) -> Call | None:
        """One visit: to somebody there, or one that a duty there has got, since moved away."""
        link = obligation_visit.c
        there = (
            select(link.root_id)
            .join(obligation, link.obligation_id == obligation.c.id)
            .where(link.root_id == root_id, overseen(self._actor, obligation.c.area_code))
        )
        seen = or_(overseen(self._actor, visit.c.area_code), there.exists())
        query = _calls().where(visit.c.root_id == root_id, seen)
        row = (await self._connection.execute(query)).first()
        return Call(**row._mapping) if row else None

    def _within(self, root: str, n: int) -> ColumnElement[bool]:
        """Within `root`, where `n` are looked for: from many on, off the index of their order."""
        code = obligation.c.area_code
        if n >= MANY:
            return overseen(self._actor, code.concat(""), root)
        return area_by_area(self._actor, code, root)

    def _which(self, rule: str, older: int, younger: int) -> list[ColumnElement[bool]]:
        one = obligation.c
        which = [self._late()]
        if rule:
            which.append(one_of(one.rule_id, [rule]))
        if older:
            which.append(one.overdue <= self._now - timedelta(days=older))
        if younger:
            which.append(one.overdue > self._now - timedelta(days=younger))
        return which

    def _late(self) -> ColumnElement[bool]:
        one = obligation.c
        return and_(one.ended.is_(None), one.overdue <= self._now, self._can_be_done())

    def _can_be_done(self) -> ColumnElement[bool]:
        closes = obligation.c.closes
        return or_(closes.is_(None), closes > self._now)


_MADE: Final = frozenset({"kind", "code", "surname", "worker", "state"})
_OWN: Final = tuple(name for name in Case.__dataclass_fields__ if name not in _MADE)


def cases(now: datetime) -> Select[Any]:
    """Duties as `case_of` reads them, with their states at `now`."""
    one = obligation.c
    of_person = and_(one.subject_kind == "person", one.subject_id == person.c.id)
    of_home = and_(one.subject_kind == "household", one.subject_id == household.c.id)
    head = and_(_HEAD.c.household_id == household.c.id, _HEAD.c.head)
    joined = (
        obligation.outerjoin(person, of_person)
        .outerjoin(household, of_home)
        .outerjoin(_HEAD, head)
        .outerjoin(account, one.account_id == account.c.id)
    )
    own = [one[name] for name in _OWN]
    return select(
        *own,
        one.subject_kind.label("kind"),
        func.coalesce(person.c.code, household.c.code, "").label("code"),
        person.c.name.label("name"),
        _HEAD.c.name.label("head_name"),
        account.c.code.label("worker"),
        standing(now).label("state"),
    ).select_from(joined)


def _calls() -> Select[Any]:
    made = visit.c
    columns = (made.root_id, made.form_id, made.visit_date, made.entered_at)
    return select(*columns, made.mode, made.outcome, account.c.code.label("worker")).join(
        account, made.account_id == account.c.id
    )


def case_of(row: Any) -> Case:
    """A row of `cases`."""
    name = row["name"] or row["head_name"]
    fields = {one: row[one] for one in Case.__dataclass_fields__ if one != "surname"}
    return Case(**fields, surname=surname(name) if name else "")
