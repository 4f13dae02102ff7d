"""Everything that happened to one household or person, as one list, the newest first.

Visits, duties, reviews and requests are those of the area that the actor oversees. Classes and
moves stand in the register: whoever may open the subject may read them, and that is asked before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Select, and_, func, select

from storage.connection import Connection
from storage.import_tables import register_edit
from storage.obligation_tables import departure, obligation, visit
from storage.obligations import standing
from storage.office_tables import review_word
from storage.overseen import area_by_area, overseen
from storage.pension_tables import resident_request
from storage.policy import Actor
from storage.request_tables import request
from storage.tables import account, person_tag

Kind = Literal["visit", "duty", "class", "move", "review", "request"]
ENDS: Final = ("done_on_time", "done_late", "missed", "exempt", "cancelled")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened on a local day, `at` a moment if that is known.

    `what` is, of a visit, its outcome; of a duty ``opened`` or an end state; of a class ``began``
    or ``ended``; of a move ``household``, ``area``, ``moved`` or ``deceased``; of a review what was
    said; of a request what was asked or decided. `thing` is the form, the rule, the class or where
    to; `link` the record that tells of it, `words` a reason, and `by` an account's code.
    """

    kind: Kind
    what: str
    on: date
    at: datetime | None = None
    thing: str = ""
    rule: tuple[str, int, str] | None = None
    link: str = ""
    words: str = ""
    by: str = ""

    @property
    def order(self) -> tuple[date, datetime]:
        """Where it stands among others: by its day, what has no moment first."""
        return self.on, self.at or datetime.min.replace(tzinfo=UTC)


class Timeline:
    """Reads what happened to a subject."""

    def __init__(self, connection: Connection, actor: Actor, now: datetime, zone: tzinfo) -> None:
        self._connection = connection
        self._actor = actor
        self._now = now
        self._zone = zone

    async def page(
        self, kind: str, number: int, page: int, size: int
    ) -> tuple[Sequence[Event], bool]:
        """One page (from 0) of a subject given by its kind and id, and whether more follow."""
        first, most = page * size, (page + 1) * size + 1
        found = [
            *await self._visits(kind, number, most),
            *await self._duties(kind, number, most),
            *await self._reviews(kind, number, most),
            *await self._asked(kind, number, most),
            *await self._edits(kind, number, most),
        ]
        if kind == "person":
            found += await self._classes(number)
            found += await self._left(number)
            found += await self._wishes(number, most)
        ordered = sorted(found, key=lambda one: one.order, reverse=True)
        return ordered[first : first + size], len(ordered) > first + size

    async def _visits(self, kind: str, number: int, most: int) -> list[Event]:
        made = visit.c
        query = (
            select(visit, account.c.code)
            .join(account, account.c.id == made.account_id)
            .where(self._visited(kind, number))
            .order_by(made.visit_date.desc(), made.entered_at.desc())
        )
        return [
            Event(
                *("visit", row.outcome or "", row.visit_date, row.entered_at, row.form_id),
                link=row.root_id,
                by=row.code,
            )
            for row in await self._connection.execute(query.limit(most))
        ]

    async def _duties(self, kind: str, number: int, most: int) -> list[Event]:
        one = obligation.c
        query = (
            select(obligation, account.c.code, standing(self._now).label("state"))
            .outerjoin(account, account.c.id == one.account_id)
            .where(self._owed(kind, number), one.opens <= self._now)
            .order_by(func.coalesce(one.ended_at, one.opens).desc())
        )
        rows = await self._connection.execute(query.limit(most))
        return [event for row in rows for event in self._duty(row)]

    def _duty(self, row: Any) -> Iterator[Event]:
        rule, by = (row.rule_id, row.rule_version, row.rule_region), row.code or ""
        yield Event("duty", "opened", row.opens_on, row.opens, row.rule_id, rule, by=by)
        ended = row.ended_at or row.closes
        if row.state in ENDS and ended is not None:
            link, why = row.visit_root or "", row.reason or ""
            on = self._day(ended)
            yield Event("duty", row.state, on, ended, row.rule_id, rule, link, why, by)

    async def _reviews(self, kind: str, number: int, most: int) -> list[Event]:
        said = review_word.c
        query = (
            select(said.decision, said.decided_at, said.reason, said.instance_id, account.c.code)
            .join(visit, visit.c.root_id == said.root_id)
            .join(account, account.c.id == said.decided_by)
            .where(self._visited(kind, number))
            .order_by(said.decided_at.desc())
        )
        return [
            self._moment("review", what, at, link=link, words=reason or "", by=by)
            for what, at, reason, link, by in await self._connection.execute(query.limit(most))
        ]

    async def _asked(self, kind: str, number: int, most: int) -> list[Event]:
        asked, one = request.c, obligation.c
        query = (
            select(request, one.rule_id, one.rule_version, one.rule_region, account.c.code)
            .join(obligation, one.id == asked.obligation_id)
            .join(account, account.c.id == asked.account_id)
            .where(self._owed(kind, number))
            .order_by(func.coalesce(asked.decided_at, asked.asked_at).desc())
        )
        found = []
        for row in await self._connection.execute(query.limit(most)):
            about = (row.rule_id, (row.rule_id, row.rule_version, row.rule_region))
            what, why = f"{row.kind}_asked", row.reason
            found.append(
                self._moment("request", what, row.asked_at, *about, words=why, by=row.code)
            )
            if row.decided_at is not None:
                what = f"{row.kind}_{row.decision}"
                found.append(self._moment("request", what, row.decided_at, *about))
        return found

    async def _wishes(self, number: int, most: int) -> list[Event]:
        wished = resident_request.c
        query = self._by(wished.answered_by, resident_request).where(
            wished.person_id == number, overseen(self._actor, wished.area_code)
        )
        found = []
        rows = await self._connection.execute(query.order_by(wished.asked_at.desc()).limit(most))
        for row in rows:
            found.append(self._moment("request", f"{row.kind}_wished", row.asked_at))
            if row.answered_at is not None:
                by = row.code or ""
                found.append(self._moment("request", "answered", row.answered_at, by=by))
        return found

    async def _edits(self, kind: str, number: int, most: int) -> list[Event]:
        one = register_edit.c
        query = self._by(one.account_id, register_edit).where(
            one.subject_kind == kind,
            one.subject_id == number,
            one.what.in_(("household", "area")),
        )
        rows = await self._connection.execute(query.order_by(one.id.desc()).limit(most))
        return [
            self._moment(
                "move",
                row.what,
                row.at,
                str(row.detail.get("new", "")),
                words=row.reason,
                by=row.code,
            )
            for row in rows
        ]

    async def _left(self, number: int) -> list[Event]:
        gone = departure.c
        query = self._by(gone.confirmed_by, departure).where(
            gone.person_id == number, gone.confirmed_at.is_not(None)
        )
        return [
            self._moment("move", row.kind, row.confirmed_at, link=row.root_id, by=row.code or "")
            for row in await self._connection.execute(query)
        ]

    async def _classes(self, number: int) -> list[Event]:
        query = select(person_tag).where(person_tag.c.person_id == number)
        found = []
        for row in await self._connection.execute(query):
            found.append(Event("class", "began", row.since, thing=row.tag))
            if row.until is not None:
                found.append(Event("class", "ended", row.until, thing=row.tag))
        return found

    # --- whose -----------------------------------------------------------------------------------

    def _visited(self, kind: str, number: int) -> ColumnElement[bool]:
        """Visits to the subject; those to a household's people are its."""
        same = and_(visit.c.subject_kind == kind, visit.c.subject_id == number)
        whose = visit.c.household_id == number if kind == "household" else same
        return and_(overseen(self._actor, visit.c.area_code), whose)

    def _owed(self, kind: str, number: int) -> ColumnElement[bool]:
        """The subject's duties, those too that it had before it moved."""
        one = obligation.c
        here = area_by_area(self._actor, one.area_code, "")
        return and_(here, one.subject_kind == kind, one.subject_id == number)

    def _by(self, who: ColumnElement[Any], table: Any) -> Select[Any]:
        return select(table, account.c.code).outerjoin(account, account.c.id == who)

    def _moment(self, kind: Kind, what: str, at: datetime, *about: Any, **more: Any) -> Event:
        return Event(kind, what, self._day(at), at, *about, **more)

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()
