"""What is owed: one row for a rule, a subject and a period. Read, ended, and opened again.

The state by time follows from the row's instants: see `standing`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import cycle, islice
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, delete, or_, select, true, update

from storage import obligations_queries as queries
from storage.connection import Connection
from storage.dialects import insert_if_new
from storage.obligation_tables import obligation, obligation_visit, review
from storage.obligations_amending import NOT_OWED
from storage.obligations_crowd import Crowd
from storage.obligations_facts import Whose
from storage.obligations_opening import Openings, Run, Terms, values_of

LEFT: Final = "left"
"""Reason of a cancelled obligation: the subject left the register."""

LIFTED: Final = (LEFT, NOT_OWED)
"""Reasons that may fall away, so that what was cancelled opens again."""

_STATED: Final = 16  # identities that one statement has room for, or a multiple of it


@dataclass(frozen=True, slots=True)
class Obligation:
    """One row. `ended` is its end state, None while it is open; `moved_to` the day to which its due
    day was moved, which its terms tell already."""

    id: int
    area_code: str
    subject_kind: str
    subject_id: int
    household_id: int | None
    account_id: int | None
    ended: str | None
    reason: str | None
    visit_root: str | None
    late_entry: bool
    moved_to: date | None
    terms: Terms

    @property
    def identity(self) -> tuple[str, str]:
        """What tells it from the subject's others: its rule and its period."""
        return self.terms.rule_id, self.terms.period_key


@dataclass(frozen=True, slots=True)
class Link:
    """A visit that an obligation has got. One that is `settled` came too late to count."""

    obligation_id: int
    root_id: str
    in_time: bool
    late_entry: bool
    settled: bool


def standing(now: datetime) -> ColumnElement[str]:
    """The state of an obligation at `now`, as `scheduler.windows.state` tells it."""
    one = obligation.c
    return case(
        (one.ended.is_not(None), one.ended),
        (one.closes <= now, "missed"),
        (one.overdue <= now, "overdue"),
        (one.opens > now, "not_due"),
        (one.due_soon <= now, "due_soon"),
        else_="open",
    )


class Obligations:
    """Reads and changes obligations; the caller decides by the rules."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name

    # --- reading ---------------------------------------------------------------------------------

    async def of(
        self, whose: Whose, identities: Collection[tuple[str, str]] = ()
    ) -> list[Obligation]:
        """The subject's open ones and those of `identities`, the oldest first. They are locked."""
        told, query = _told(whose), queries.OPEN_OF
        if identities:
            width = -(-len(identities) // _STATED) * _STATED
            named = islice(cycle(identities), width)  # some twice, for few statements
            for n, (rule_id, period_key) in enumerate(named):
                told |= {f"rule{n}": rule_id, f"key{n}": period_key}
            query = queries.open_or(width)
        return [_obligation(row) for row in await query.all(self._connection, told)]

    async def earliest(self, whose: Whose, now: datetime) -> date | None:
        """The first day of the first period of a subject that is open at `now`, or that may open
        again because it was cancelled as not owed and is not settled."""
        told = _told(whose) | {"now": now}
        found = await queries.earliest(LIFTED).first(self._connection, told)
        return found["first"] if found else None

    async def fitting(
        self, day: date, whose: Sequence[Whose], worker: int, areas: Sequence[str]
    ) -> list[Obligation]:
        """Those that a visit on `day` may be for, open or missed: those of some subjects, the quota
        of the account `worker`, and the reports for `areas`."""
        told: dict[str, Any] = {"day": day, "worker": worker}
        for number, each in enumerate(whose):
            told |= _told(each, str(number))
        told |= {f"area{number}": code for number, code in enumerate(areas)}
        query = queries.fitting(len(whose), len(areas))
        return [_obligation(row) for row in await query.all(self._connection, told)]

    async def open_of(self, kind: str, rule_id: str, period_key: str, run: Run) -> list[Obligation]:
        """What is open of a period, of the workers of a run or of all areas (`kind`)."""
        one = obligation.c
        ids = and_(one.subject_id > run.after, one.subject_id <= run.up_to)
        mine = and_(one.subject_kind == kind, ids if kind != "area" else true())
        period = and_(one.rule_id == rule_id, one.period_key == period_key)
        return await self.select(mine, period, one.ended.is_(None))

    async def select(self, *which: ColumnElement[bool]) -> list[Obligation]:
        """Those of `which`, the oldest first, locked."""
        query = select(obligation).where(*which).order_by(obligation.c.first, obligation.c.id)
        rows = await self._connection.execute(query.with_for_update())
        return [_obligation(row._mapping) for row in rows]

    async def links(self, ids: Collection[int]) -> Sequence[Link]:
        """The visits that these obligations have got."""
        one = obligation_visit.c
        query = select(one.obligation_id, one.root_id, one.in_time, one.late_entry, one.settled)
        rows = await self._connection.execute(query.where(one.obligation_id.in_(list(ids))))
        return [Link(*row) for row in rows]

    async def used(self, roots: Collection[str]) -> set[tuple[str, str]]:
        """Which visits of `roots` a rule has got already: root and rule."""
        link, one = obligation_visit.c, obligation.c
        joined = obligation_visit.join(obligation, link.obligation_id == one.id)
        query = select(link.root_id, one.rule_id).select_from(joined)
        rows = await self._connection.execute(query.where(link.root_id.in_(list(roots))))
        return {(root, rule) for root, rule in rows}

    # --- changing --------------------------------------------------------------------------------

    async def open(self, whose: Whose, terms: Terms, roles: Sequence[str]) -> None:
        """Open one for one subject, if there is none, here or where it lived before."""
        crowd, code = Crowd(whose.kind), whose.area_code
        if whose.kind == "area":
            crowd = Crowd(whose.kind, code, code_length=len(code))
        run = Run(whose.id - 1, whose.id)
        await Openings(self._connection).open(crowd, (), terms, roles, run, settled=True)

    async def change(self, number: int, terms: Terms) -> None:
        """Give an open one other terms: its rule, its calendar or its subject changed."""
        await self._update(obligation.c.id == number, values_of(terms) | {"rung_at": None})

    async def move(self, number: int, day: date, terms: Terms) -> None:
        """Move the due day of an open one to `day`; `terms` are what follows from that."""
        is_open = and_(obligation.c.id == number, obligation.c.ended.is_(None))
        await self._update(is_open, values_of(terms) | {"moved_to": day, "rung_at": None})

    async def end(self, number: int, ended: str, at: datetime, **more: str | bool | None) -> None:
        """End one that is open: `more` are `reason`, `visit_root` and `late_entry`."""
        is_open = and_(obligation.c.id == number, obligation.c.ended.is_(None))
        await self._update(is_open, {"ended": ended, "ended_at": at} | more)

    async def reopen(self, number: int) -> None:
        """Undo an end."""
        nothing = dict.fromkeys(("ended", "ended_at", "reason", "visit_root", "rung_at"))
        await self._update(obligation.c.id == number, nothing | {"late_entry": False})

    async def _update(self, which: ColumnElement[bool], values: Mapping[str, Any]) -> None:
        await self._connection.execute(update(obligation).where(which).values(values))

    async def link(self, link: Link) -> None:
        """Note down which visit it has got."""
        put = insert_if_new(self._dialect, obligation_visit, ["obligation_id", "root_id"])
        await self._connection.execute(put.values(values_of(link)))

    async def unlink(self, root_id: str, now: datetime) -> list[Obligation]:
        """Take a visit away from the obligations that are not closed for good, and from those that
        were missed; those that it had ended, open again."""
        one = obligation.c
        alive = or_(one.closes.is_(None), one.closes > now, one.ended == "missed")
        mine = select(obligation_visit.c.obligation_id).where(obligation_visit.c.root_id == root_id)
        touched = await self.select(one.id.in_(mine), alive)
        for each in touched:
            await self._connection.execute(
                delete(obligation_visit).where(
                    obligation_visit.c.obligation_id == each.id,
                    obligation_visit.c.root_id == root_id,
                )
            )
            if each.ended in ("done_on_time", "done_late"):
                await self.reopen(each.id)
        return touched

    async def miss(self, now: datetime, limit: int) -> int:
        """Close as missed what is settled at `now`, at most `limit` of them; how many."""
        one = obligation.c
        settled = and_(one.ended.is_(None), one.closes <= now)
        some = select(one.id).where(settled).order_by(one.closes).limit(limit)
        done = await self._connection.execute(
            update(obligation)
            .where(one.id.in_(some.with_for_update(skip_locked=True)), one.ended.is_(None))
            .values(ended="missed", ended_at=now)
        )
        return done.rowcount

    # --- who is to be looked at ------------------------------------------------------------------

    async def review(self, whose: Whose, on_day: date | None, today: date) -> None:
        """Look at a subject again on a day; None: at no day that is known. One whose day has come
        by `today`, and whom no tick has looked at since, is left to the tick: it catches up."""
        if on_day is None:
            told = {"kind": whose.kind, "number": whose.id, "today": today}
            await queries.FORGET_REVIEW.run(self._connection, told)
            return
        row = {"subject_kind": whose.kind, "subject_id": whose.id, "on_day": on_day}
        await queries.put_review(self._dialect).run(self._connection, row | {"today": today})

    async def looked_at(self, kind: str, number: int) -> None:
        """A subject is being looked at now."""
        await queries.LOOKED_AT.run(self._connection, {"kind": kind, "number": number})

    async def to_review(self, today: date, limit: int) -> list[tuple[str, int, date]]:
        """Some of those who are to be looked at by `today`: kind, id, and since when."""
        columns = (review.c.subject_kind, review.c.subject_id, review.c.on_day)
        query = select(*columns).where(review.c.on_day <= today)
        some = query.order_by(review.c.on_day).limit(limit).with_for_update(skip_locked=True)
        rows = await self._connection.execute(some)
        return [(kind, number, on_day) for kind, number, on_day in rows]


def _told(whose: Whose, nth: str = "") -> dict[str, Any]:
    """A subject as the parameters of a statement; `nth` tells it from others there."""
    return {f"kind{nth}": whose.kind, f"number{nth}": whose.id, f"code{nth}": whose.area_code}


_OWN: Final = tuple(name for name in Obligation.__dataclass_fields__ if name != "terms")
_TERMS: Final = tuple(Terms.__dataclass_fields__)


def _obligation(row: Any) -> Obligation:
    terms = Terms(*(row[name] for name in _TERMS))
    own: dict[str, Any] = {name: row[name] for name in _OWN}
    return Obligation(**own, terms=terms)
