"""Rules that changed: what is open follows them, for a run of subjects at a time.

Only what is open changes, and what was cancelled because a rule did not want it. A row is found by
its identity from the subject's side, so that a run costs the same however many rows there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
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
    update,
)

from storage.connection import Connection
from storage.obligation_tables import NO_ONE, obligation, visit
from storage.obligations_crowd import SOURCES, Crowd, Day, area_of
from storage.obligations_opening import Run, Terms, entered_in, ids_of, run_of, to_review
from storage.ready import Ready

NOT_OWED: Final = "not_owed"
"""Reason of a cancelled obligation: the subject changed class, or the rule was switched off."""

KINDS: Final = tuple(SOURCES)
"""Every kind of subject."""

REVIEWED: Final = ("person", "household")
"""The kinds that can be looked at one by one."""


@dataclass(frozen=True, slots=True)
class _Which:
    """The obligations by a rule, or of one of its periods; not of those who belong to the crowd
    `but` on each of `days`."""

    rule_id: str
    period_key: str | None = None
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
        on each of `days`. What was cancelled as not owed is open again."""
        settled = terms.closes is not None and terms.closes <= self._now
        ready = _amending(crowd, tuple(days), terms, reopen=not settled)
        await self._run(ready, run)

    async def doubt(
        self, crowd: Crowd, days: Sequence[Day], terms: Terms, run: Run, on: date
    ) -> None:
        """The others of that period: people and homes are looked at on the day `on`, workers and
        areas owe it no more."""
        which = _Which(terms.rule_id, terms.period_key, crowd, tuple(days))
        await self._doubt(crowd.kind, which, run, on)

    async def doubt_rule(self, kind: str, rule_id: str, run: Run, on: date) -> None:
        """The same for all that a rule has open, or had cancelled as not owed."""
        await self._doubt(kind, _Which(rule_id), run, on)

    async def _doubt(self, kind: str, which: _Which, run: Run, on: date) -> None:
        if kind in REVIEWED:
            await self._run(_doubting(self._dialect, kind, which, on), run)
        else:
            await self._run(_withdrawing(kind, which), run)

    async def withdraw(self, kind: str, rule_id: str, period_key: str, run: Run) -> None:
        """Cancel what is open of a period that its rule does not have any more."""
        await self._run(_withdrawing(kind, _Which(rule_id, period_key)), run)

    async def visited(self, kind: str, since: date, run: Run, on: date) -> None:
        """Have those of a run looked at on the day `on` who were visited from `since` on: the
        visits may be for what has only now been opened."""
        await self._run(_visited(self._dialect, kind, since, on), run)

    async def _run(self, ready: Ready, run: Run) -> None:
        await ready.run(self._connection, asdict(run) | {"now": self._now})


# --- statements, each of them written once --------------------------------------------------------

_NOW: Final = bindparam("now", type_=obligation.c.closes.type)
_LIFTED: Final = {"ended": None, "ended_at": None, "reason": None, "rung_at": None}


def _alive(one: Any) -> ColumnElement[bool]:
    """Open, and not settled: what is settled was missed."""
    return and_(one.ended.is_(None), or_(one.closes.is_(None), one.closes > _NOW))


def _lifted(one: Any) -> ColumnElement[bool]:
    """Cancelled as not owed, which a rule may owe again."""
    return and_(one.ended == "cancelled", one.reason == NOT_OWED)


def _of_subjects(kind: str, one: Any, rule_id: str, period_key: str | None) -> ColumnElement[bool]:
    """The obligations of the kind's rows by a rule, in words that the index of identities knows."""
    number = literal(NO_ONE) if kind == "area" else SOURCES[kind].c.id
    same = and_(
        one.area_code == area_of(kind),
        one.subject_kind == kind,
        one.subject_id == number,
        one.rule_id == rule_id,
    )
    return same if period_key is None else and_(same, one.period_key == period_key)


@lru_cache(maxsize=16)
def _amending(crowd: Crowd, days: tuple[Day, ...], terms: Terms, *, reopen: bool) -> Ready:
    one = obligation.alias("one").c
    wanted = or_(_alive(one), _lifted(one)) if reopen else _alive(one)
    chosen = select(one.id).where(
        run_of(crowd.kind),
        crowd.where(days),
        _of_subjects(crowd.kind, one, terms.rule_id, terms.period_key),
        wanted,
        one.moved_to.is_(None),  # what a supervisor has let be moved is looked at one by one
    )
    given = {name: literal(value, obligation.c[name].type) for name, value in asdict(terms).items()}
    change = update(obligation).where(obligation.c.id.in_(chosen))
    return Ready(change.values(given | _LIFTED))


@lru_cache(maxsize=16)
def _doubting(dialect: str, kind: str, which: _Which, on: date) -> Ready:
    one, number = obligation.alias("one").c, SOURCES[kind].c.id
    doubtful = or_(_alive(one), _lifted(one))
    chosen = select(literal(kind), number, literal(on, Date)).distinct()
    alone = or_(_is(kind, which, one), and_(_mine(kind, which, one), one.moved_to.is_not(None)))
    return to_review(dialect, chosen.where(alone, doubtful), on)


@lru_cache(maxsize=16)
def _withdrawing(kind: str, which: _Which) -> Ready:
    one = obligation.alias("one").c
    chosen = select(one.id).where(_is(kind, which, one), _alive(one))
    change = update(obligation).where(obligation.c.id.in_(chosen))
    return Ready(change.values(ended="cancelled", ended_at=_NOW, reason=NOT_OWED))


def _mine(kind: str, which: _Which, one: Any) -> ColumnElement[bool]:
    return and_(ids_of(kind), _of_subjects(kind, one, which.rule_id, which.period_key))


def _is(kind: str, which: _Which, one: Any) -> ColumnElement[bool]:
    mine = _mine(kind, which, one)
    if which.but is None:
        return mine
    return and_(mine, not_(and_(entered_in(kind), which.but.where(which.days))))


@lru_cache(maxsize=16)
def _visited(dialect: str, kind: str, since: date, on: date) -> Ready:
    number = SOURCES[kind].c.id
    home = visit.c.household_id == number
    same = and_(visit.c.subject_kind == kind, visit.c.subject_id == number)
    made = select(visit.c.root_id).where(
        home if kind == "household" else same, visit.c.visit_date >= since
    )
    chosen = select(literal(kind), number, literal(on, Date)).where(ids_of(kind), made.exists())
    return to_review(dialect, chosen, on)
