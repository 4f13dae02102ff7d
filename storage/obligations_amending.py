"""Rules that changed: what is open follows them, for a run of subjects at a time.

Only what is open changes, and what was cancelled because a rule did not want it. A row is found by
its identity from the subject's side, so that a run costs the same however many rows there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Date,
    and_,
    bindparam,
    literal,
    not_,
    or_,
    select,
    true,
    update,
)

from storage.connection import Connection
from storage.obligation_tables import NO_ONE, obligation, visit
from storage.obligations_crowd import SOURCES, Crowd, Day, area_of, one_of
from storage.obligations_opening import (
    Run,
    Terms,
    entered_in,
    ids_of,
    run_of,
    to_review,
    values_of,
)
from storage.ready import Ready

NOT_OWED: Final = "not_owed"
"""Reason of a cancelled obligation: the subject changed class, or the rule was switched off."""

KINDS: Final = tuple(SOURCES)
"""Every kind of subject."""

REVIEWED: Final = ("person", "household")
"""The kinds that can be looked at one by one."""


@dataclass(frozen=True, slots=True)
class _Which:
    """The obligations by a rule, in one region or in all, of some periods or of all (none named);
    not of those who belong to the crowd `but` on each of `days`."""

    rule_id: str
    region: str | None = None
    periods: tuple[str, ...] = ()
    but: Crowd | None = None
    days: tuple[Day, ...] = ()


class Amendments:
    """Changes what is open at the moment `now`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name
        self._now = now

    async def amend(self, crowd: Crowd, days: Sequence[Day], terms: Terms, run: Run) -> None:
        """Give new terms to the rows of a period whose subjects, those of a run, belong to `crowd`
        on each of `days`. What was cancelled as not owed is open again. Those whose due day was
        moved are left to `doubt`."""
        settled = terms.closes is not None and terms.closes <= self._now
        ready = _amending(self._dialect, crowd, tuple(days), terms, reopen=not settled)
        await self._run(ready, run)

    async def doubt(
        self, crowd: Crowd, days: Sequence[Day], terms: Terms, run: Run, on: date
    ) -> None:
        """The others of that period: people and homes are looked at on the day `on`, workers and
        areas owe it no more."""
        which = _Which(terms.rule_id, None, (terms.period_key,), crowd, tuple(days))
        await self._doubt(crowd.kind, which, run, on)

    async def doubt_rule(self, kind: str, rule_id: str, run: Run, on: date) -> None:
        """The same for all that a rule has open, or had cancelled as not owed."""
        await self._doubt(kind, _Which(rule_id), run, on)

    async def _doubt(self, kind: str, which: _Which, run: Run, on: date) -> None:
        if kind in REVIEWED:
            await self._run(_doubting(self._dialect, kind, which, on), run)
        else:
            await self._run(_withdrawing(self._dialect, kind, which), run)

    async def withdraw(
        self, kind: str, rule_id: str, region: str, periods: Sequence[str], run: Run
    ) -> None:
        """Cancel what is open of periods that a rule does not have any more; none named: of all."""
        await self._run(
            _withdrawing(self._dialect, kind, _Which(rule_id, region, tuple(periods))), run
        )

    async def visited(self, kind: str, since: date, run: Run, on: date) -> None:
        """Have those of a run looked at on the day `on` who were visited from `since` on: the
        visits may be for what has only now been opened."""
        await self._run(_visited(self._dialect, kind, since, on), run)

    async def missing(self, crowd: Crowd, day: Day, terms: Terms, run: Run, on: date) -> None:
        """Have those of a run looked at on the day `on` who belong to `crowd` on `day` and owe
        nothing for a period: they may have come into it while it was under way."""
        place = (terms.rule_id, terms.period_key)
        await self._run(_missing(self._dialect, crowd, day, place, on), run)

    async def _run(self, ready: Ready, run: Run) -> None:
        await ready.run(self._connection, values_of(run) | {"now": self._now})


# --- statements, each of them written once --------------------------------------------------------

_NOW: Final = bindparam("now", type_=obligation.c.closes.type)
_LIFTED: Final = {"ended": None, "ended_at": None, "reason": None, "rung_at": None}


def _alive(one: Any) -> ColumnElement[bool]:
    """Open, and not settled: what is settled was missed."""
    return and_(one.ended.is_(None), or_(one.closes.is_(None), one.closes > _NOW))


def _lifted(one: Any) -> ColumnElement[bool]:
    """Cancelled as not owed, which a rule may owe again."""
    return and_(one.ended == "cancelled", one.reason == NOT_OWED)


def _of_subjects(kind: str, which: _Which, one: Any) -> ColumnElement[bool]:
    """The obligations of the kind's rows by a rule, in words that the index of identities knows."""
    number = literal(NO_ONE) if kind == "area" else SOURCES[kind].c.id
    return and_(
        one.area_code == area_of(kind),
        one.subject_kind == kind,
        one.subject_id == number,
        one.rule_id == which.rule_id,
        one_of(one.period_key, which.periods) if which.periods else true(),
        one.rule_region == which.region if which.region is not None else true(),
    )


@lru_cache(maxsize=16)
def _amending(
    dialect: str, crowd: Crowd, days: tuple[Day, ...], terms: Terms, *, reopen: bool
) -> Ready:
    one = obligation.alias("one").c
    wanted = or_(_alive(one), _lifted(one)) if reopen else _alive(one)
    chosen = select(one.id).where(
        run_of(crowd.kind, dialect),
        crowd.where(days),
        _of_subjects(crowd.kind, _Which(terms.rule_id, None, (terms.period_key,)), one),
        wanted,
        one.moved_to.is_(None),  # what a supervisor has let be moved is looked at one by one
    )
    given = {
        name: literal(value, obligation.c[name].type) for name, value in values_of(terms).items()
    }
    change = update(obligation).where(obligation.c.id.in_(chosen))
    return Ready(change.values(given | _LIFTED))


@lru_cache(maxsize=16)
def _doubting(dialect: str, kind: str, which: _Which, on: date) -> Ready:
    one, number = obligation.alias("one").c, SOURCES[kind].c.id
    doubtful = or_(_alive(one), _lifted(one))
    chosen = select(literal(kind), number, literal(on, Date)).distinct()
    return to_review(dialect, chosen.where(_is(dialect, kind, which, one), doubtful), on)


@lru_cache(maxsize=16)
def _withdrawing(dialect: str, kind: str, which: _Which) -> Ready:
    one = obligation.alias("one").c
    chosen = select(one.id).where(_is(dialect, kind, which, one), _alive(one))
    change = update(obligation).where(obligation.c.id.in_(chosen))
    return Ready(change.values(ended="cancelled", ended_at=_NOW, reason=NOT_OWED))


def _is(dialect: str, kind: str, which: _Which, one: Any) -> ColumnElement[bool]:
    mine = and_(ids_of(kind, dialect), _of_subjects(kind, which, one))
    if which.but is None:
        return mine
    amended = and_(entered_in(kind), which.but.where(which.days), one.moved_to.is_(None))
    return and_(mine, not_(amended))


@lru_cache(maxsize=16)
def _visited(dialect: str, kind: str, since: date, on: date) -> Ready:
    number = SOURCES[kind].c.id
    home = visit.c.household_id == number
    same = and_(visit.c.subject_kind == kind, visit.c.subject_id == number)
    made = select(visit.c.root_id).where(
        home if kind == "household" else same, visit.c.visit_date >= since
    )
    chosen = select(literal(kind), number, literal(on, Date)).where(
        ids_of(kind, dialect), made.exists()
    )
    return to_review(dialect, chosen, on)


@lru_cache(maxsize=16)
def _missing(dialect: str, crowd: Crowd, day: Day, place: tuple[str, str], on: date) -> Ready:
    one, kind = obligation.alias("one").c, crowd.kind
    has = _of_subjects(kind, _Which(place[0], None, place[1:]), one)
    owes = select(one.id).where(has).exists()
    chosen = select(literal(kind), SOURCES[kind].c.id, literal(on, Date))
    return to_review(dialect, chosen.where(ids_of(kind, dialect), crowd.where([day]), ~owes), on)
