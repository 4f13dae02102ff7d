"""What one account owes now: each obligation with what a list may show of its subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
)

from storage.connection import Connection
from storage.names import surname
from storage.obligation_tables import obligation, obligation_visit
from storage.policy import Actor
from storage.ready import Ready
from storage.request_tables import request, snooze
from storage.tables import Instant, account, area, household, person


@dataclass(frozen=True, slots=True)
class OwedNow:
    """An obligation that waits for its worker. `code` and `surname` are the subject's, those of the
    head for a household; `home` and `home_surname` those of the household in which a person lives;
    `place` is the name of the area that an area's duty is about. `done` visits count already. It
    was put off `snoozes` times, the last time by its worker until `snoozed`; `asked` is what of it
    waits for a supervisor. `duty_of` is the role that owes it, `role` what the worker is."""

    id: int
    account_id: int
    subject_kind: str
    subject_id: int
    household_id: int | None
    rule_id: str
    rule_version: int
    rule_region: str
    period_key: str
    first: date
    opens_on: date
    due_on: date
    due_at: datetime | None
    overdue: datetime
    counts_until: date | None
    provisional: bool
    duty_of: str
    role: str
    code: str
    surname: str
    home: str
    home_surname: str
    place: str
    done: int
    snoozes: int
    snoozed: date | None
    asked: str | None


@dataclass(frozen=True, slots=True)
class OwedBrief:
    """What of an obligation says where it stands in a list; the names as in `OwedNow`."""

    id: int
    subject_kind: str
    rule_id: str
    code: str
    home: str
    due_on: date
    due_at: datetime | None
    overdue: datetime
    snoozed: date | None


_ROOM: Final = 8  # obligations that one statement has room for


def _owed() -> Select[Any]:
    one = obligation.c
    at_home = case((one.subject_kind == "household", one.subject_id), else_=person.c.household_id)
    head = person.alias("head")
    joined = (
        obligation.join(account, account.c.id == one.account_id)
        .outerjoin(person, and_(one.subject_kind == "person", person.c.id == one.subject_id))
        .outerjoin(household, household.c.id == at_home)
        .outerjoin(area, and_(one.subject_kind == "area", area.c.code == one.area_code))
    )
    put_off = snooze.c.obligation_id == one.id
    counted = and_(
        obligation_visit.c.obligation_id == one.id, obligation_visit.c.settled.is_(False)
    )
    waiting = and_(request.c.obligation_id == one.id, request.c.decided_at.is_(None))
    return (
        select(
            *(one.id, one.account_id, one.subject_kind, one.subject_id),
            *(one.rule_id, one.rule_version, one.rule_region, one.period_key, one.first),
            *(one.opens_on, one.due_on, one.due_at, one.overdue, one.counts_until),
            *(one.provisional, one.role.label("duty_of"), account.c.role),
            household.c.id.label("household_id"),
            person.c.code.label("person"),
            person.c.name.label("person_name"),
            household.c.code.label("home"),
            area.c.name.label("place"),
            select(head.c.name)
            .where(head.c.household_id == household.c.id, head.c.head)
            .limit(1)
            .scalar_subquery()
            .label("head_name"),
            _count(select(func.count()).where(counted)).label("done"),
            _count(select(func.count()).where(put_off)).label("snoozes"),
            _put_off_until().label("snoozed"),
            select(func.max(request.c.kind)).where(waiting).scalar_subquery().label("asked"),
        )
        .select_from(joined)
        .where(_is_owed())
    )


def _is_owed() -> ColumnElement[bool]:
    one = obligation.c
    return and_(
        one.ended.is_(None), one.opens <= _NOW, or_(one.closes.is_(None), one.closes > _NOW)
    )


def _in_brief() -> Select[Any]:
    one = obligation.c
    home = case((one.subject_kind == "person", household.c.code), else_="")
    joined = obligation.outerjoin(
        person, and_(one.subject_kind == "person", person.c.id == one.subject_id)
    ).outerjoin(
        household,
        household.c.id
        == case((one.subject_kind == "household", one.subject_id), else_=person.c.household_id),
    )
    return (
        select(
            *(one.id, one.subject_kind, one.rule_id),
            func.coalesce(person.c.code, household.c.code, "").label("code"),
            func.coalesce(home, "").label("home"),
            *(one.due_on, one.due_at, one.overdue, _put_off_until().label("snoozed")),
        )
        .select_from(joined)
        .where(_is_owed(), one.account_id == bindparam("account", type_=Integer))
    )


def _put_off_until() -> Any:
    """The day to which whoever owes an obligation now has put it off the last time."""
    one, own = obligation.c, snooze.c.account_id == obligation.c.account_id
    latest = select(snooze.c.until).where(snooze.c.obligation_id == one.id, own)
    return latest.order_by(snooze.c.n.desc()).limit(1).correlate(obligation).scalar_subquery()


def _count(query: Select[Any]) -> Any:
    return query.scalar_subquery()


_NOW: Final = bindparam("now", type_=Instant)
_OF_ACCOUNT: Final = Ready(
    _owed()
    .where(obligation.c.account_id == bindparam("account", type_=Integer))
    .order_by(obligation.c.due, obligation.c.id)
)
_IN_BRIEF: Final = Ready(_in_brief())
_IDS: Final = [bindparam(f"id_{n}", type_=Integer) for n in range(_ROOM)]
_SOME: Final = Ready(_owed().where(obligation.c.id.in_(_IDS)))
_ONE: Final = Ready(_owed().where(obligation.c.id == bindparam("id", type_=Integer)))


def _counts() -> Select[Any]:
    one = obligation.c
    late = one.overdue <= _NOW
    soon = and_(one.overdue > _NOW, one.due_on <= bindparam("until", type_=Date))
    until = _put_off_until()
    shown = or_(until.is_(None), until <= bindparam("today", type_=Date))
    return select(
        func.sum(case((late, 1), else_=0)).label("late"),
        func.sum(case((soon, 1), else_=0)).label("soon"),
    ).where(
        one.account_id == bindparam("account", type_=Integer),
        _is_owed(),
        or_(late, shown),
    )


_COUNTS: Final = Ready(_counts())


class Duties:
    """Reads what is owed by accounts. Each actor sees their own; the rest only who sees all."""

    def __init__(self, connection: Connection, actor: Actor, now: datetime) -> None:
        self._connection = connection
        self._actor = actor
        self._now = now

    async def of_account(self, account_id: int) -> list[OwedNow]:
        """What an account owes now, what is due first before the rest."""
        if not self._sees(account_id):
            return []
        rows = await _OF_ACCOUNT.all(self._connection, {"account": account_id, "now": self._now})
        return [_owed_now(row) for row in rows]

    async def in_brief(self, account_id: int) -> list[OwedBrief]:
        """The same, only what says where each stands in a list, in no order."""
        if not self._sees(account_id):
            return []
        values = {"account": account_id, "now": self._now}
        return [OwedBrief(**row) for row in await _IN_BRIEF.all(self._connection, values)]

    async def some(self, ids: Sequence[int]) -> list[OwedNow]:
        """Some of them, in no order; without those that have ended, and those of others."""
        found = []
        for first in range(0, len(ids), _ROOM):
            values = dict.fromkeys((one.key for one in _IDS), 0)
            values |= {f"id_{n}": one for n, one in enumerate(ids[first : first + _ROOM])}
            rows = await _SOME.all(self._connection, {**values, "now": self._now})
            found += [_owed_now(row) for row in rows if self._sees(row["account_id"])]
        return found

    async def counts(self, account_id: int, week_ends: date, today: date) -> tuple[int, int]:
        """How many are overdue, and how many more are due by `week_ends`; without what was put off
        beyond `today`."""
        values = {"account": account_id, "now": self._now, "until": week_ends, "today": today}
        row = await _COUNTS.first(self._connection, values)
        assert row is not None
        return row["late"] or 0, row["soon"] or 0

    async def one(self, obligation_id: int) -> OwedNow | None:
        """One of them; None once it has ended, or if it is another's."""
        row = await _ONE.first(self._connection, {"id": obligation_id, "now": self._now})
        return _owed_now(row) if row and self._sees(row["account_id"]) else None

    def _sees(self, account_id: int) -> bool:
        return self._actor.everything or self._actor.account_id == account_id


def _owed_now(row: Mapping[str, Any]) -> OwedNow:
    fields = {name: row[name] for name in OwedNow.__dataclass_fields__ if name in row}
    head = surname(row["head_name"]) if row["head_name"] else ""
    home = row["home"] or ""
    fields["place"] = row["place"] or ""
    if row["subject_kind"] == "person":
        name = surname(row["person_name"]) if row["person_name"] else ""
        fields |= {"code": row["person"] or "", "surname": name}
        fields |= {"home": home, "home_surname": head}
    else:
        fields |= {"code": home, "surname": head, "home": "", "home_surname": ""}
    return OwedNow(**fields)
