"""Who does a duty when it is not whoever the area's roles say: charges, and the handing over.

Who owes a duty is found when it opens, by role and area (`obligations_crowd.owner`); an account
that was closed is passed by. A *charge* says otherwise for one household: what somebody of a role
would do there, this account does. Handing over moves what is open in one statement and writes the
charges, so that what opens later follows: `follow` moves it, in chunks, at each tick.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    update,
)

from storage.areas import within
from storage.connection import Connection
from storage.dialects import upsert
from storage.names import surname
from storage.obligation_tables import obligation
from storage.office_tables import charge
from storage.overseen import overseen
from storage.policy import FIELD_ROLES, POWERS, Actor, Role
from storage.tables import account, form, household, interview, person
from storage.takers import takes_duty, takes_home

AT_ONCE: Final = 500
"""Duties that one short transaction moves at most."""

NAMED: Final = 8
"""So many homes that stay behind are named."""

_BY_AREA: Final = tuple(role for role in FIELD_ROLES if POWERS[role].exports)
"""Who sees by area alone, and so can take over nothing outside of it (`storage.scope`)."""

_DRAFT: Final = ("open", "kept")
_LENGTHS: Final = (15, 12, 9, 6, 4, 2)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who can take duties over. `open` is how much they owe already."""

    id: int
    code: str
    surname: str
    role: Role
    area_code: str
    open: int


@dataclass(frozen=True, slots=True)
class Begun:
    """A form that was begun: for whom, by code ('' for nobody), and when it was last gone on with.
    It belongs to who began it, and is never given away."""

    form_id: str
    subject_code: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Moved:
    """What a handing over did: how many duties it moved, how many households it charged, and the
    forms that the former worker has begun and not handed in. So many duties `stay`: they are not
    the successor's business."""

    duties: int
    households: int
    drafts: Sequence[Begun]
    stay: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a handing over would do: how many open duties go, and how many stay behind because they
    are not the successor's business, with the codes of some of their homes."""

    duties: int
    stay: int
    homes: Sequence[str]


class Reassigning:
    """Moves duties between accounts, within what the actor oversees."""

    def __init__(self, connection: Connection, actor: Actor, now: datetime) -> None:
        self._connection = connection
        self._actor = actor
        self._now = now
        self._today = now.date()  # by UTC: a birthday may come some hours late

    async def colleagues(
        self,
        area_code: str,
        but: int | None,
        page: int = 0,
        size: int = 8,
        *,
        home: int | None = None,
    ) -> tuple[Sequence[Colleague], int]:
        """One page (from 0) of those who fill in forms around `area_code`, who works nearest first,
        without the account `but`; and how many there are. With the id of a `home` only those who
        find somebody to visit there."""
        which = [self._around(area_code, home), account.c.id != (but or 0)]
        total = await self._connection.execute(select(func.count()).where(*which))
        near = [within(account.c.area_code, area_code[:length]) for length in _LENGTHS]
        nearness = sum((case((each, 1), else_=0) for each in near), start=literal(0))
        rows = await self._connection.execute(
            _colleagues()
            .where(*which)
            .order_by(nearness.desc(), account.c.area_code, account.c.id)
            .limit(size)
            .offset(page * size)
        )
        return [_colleague(row) for row in rows], total.scalar_one()

    async def colleague(
        self, area_code: str, account_id: int, *, home: int | None = None
    ) -> Colleague | None:
        """One of them by the account's id."""
        query = _colleagues().where(self._around(area_code, home), account.c.id == account_id)
        row = (await self._connection.execute(query)).first()
        return _colleague(row) if row else None

    def _around(self, area_code: str, home: int | None) -> ColumnElement[bool]:
        """Whoever fills in forms, in the area that the actor oversees or around `area_code`."""
        one = account.c
        covers = literal(area_code).startswith(one.area_code)
        holds = and_(overseen(self._actor, literal(area_code)), covers)
        sees = or_(one.role.not_in(_BY_AREA), covers)
        here = and_(or_(overseen(self._actor, one.area_code), holds), sees)
        fit = true() if home is None else takes_home(one.role, literal(home), self._today)
        return and_(one.active, one.role.in_(FIELD_ROLES), here, fit)

    async def give_home(
        self, household_id: int, role: str, former: int | None, successor: int
    ) -> int:
        """Charge `successor` with a household for what `role` does there, and move what the account
        `former` owes in it; how many duties moved."""
        await self._charge(household.c.id == household_id, role, successor)
        owed = obligation.c.account_id.is_not_distinct_from(former)
        return await self._move(and_(obligation.c.household_id == household_id, owed), successor)

    async def give_one(self, number: int, successor: int) -> int:
        """Move one duty that belongs to no household, such as a report."""
        return await self._move(obligation.c.id == number, successor)

    async def hand_over(self, former: int, successor: int, area_code: str = "") -> Moved:
        """Give `successor` all that the account `former` does in an area (everywhere without one):
        what is open, what they were charged with, and the households that their own area brought
        them. What a worker owes for themselves alone, such as a number of visits, stays theirs."""
        query = select(account.c.role, account.c.area_code).where(account.c.id == former)
        role, own = (await self._connection.execute(query)).one()
        theirs = and_(
            within(household.c.area_code, area_code),
            or_(
                _charged(former), and_(within(household.c.area_code, own), _falls_to(former, role))
            ),
        )
        homes = await self._charge(theirs, role, successor, instead_of=former)
        owed = _owed_by(former, area_code)
        moved = await self._move(owed, successor)
        rest = select(func.count()).where(
            overseen(self._actor, obligation.c.area_code), owed, obligation.c.ended.is_(None)
        )
        stay = (await self._connection.execute(rest)).scalar_one()
        return Moved(moved, homes, await self.drafts(former), stay)

    async def outlook(self, former: int, successor: Colleague, area_code: str = "") -> Outlook:
        """What `hand_over` would do; nothing is changed."""
        one = obligation.c
        theirs = and_(
            overseen(self._actor, one.area_code), _owed_by(former, area_code), one.ended.is_(None)
        )
        fit = takes_duty(literal(successor.role.value), self._today)
        counts = select(func.count(), func.coalesce(func.sum(case((fit, 1), else_=0)), 0))
        total, going = (await self._connection.execute(counts.where(theirs))).one()
        homes = (
            select(household.c.code)
            .join(obligation, one.household_id == household.c.id)
            .where(theirs, not_(fit))
            .distinct()
            .order_by(household.c.code)
            .limit(NAMED)
        )
        return Outlook(
            going, total - going, (await self._connection.execute(homes)).scalars().all()
        )

    async def drafts(self, account_id: int) -> Sequence[Begun]:
        """The forms that an account has begun and not handed in, the oldest first."""
        one = interview.c
        of_person = and_(one.subject_kind == "person", one.subject_id == person.c.id)
        of_home = and_(one.subject_kind == "household", one.subject_id == household.c.id)
        code = func.coalesce(person.c.code, household.c.code, "")
        query = (
            select(form.c.form_id, code, one.updated_at)
            .select_from(
                interview.join(form, form.c.sha256 == one.form_sha256)
                .outerjoin(person, of_person)
                .outerjoin(household, of_home)
            )
            .where(one.account_id == account_id, one.status.in_(_DRAFT))
            .order_by(one.updated_at)
        )
        return [Begun(*row) for row in await self._connection.execute(query)]

    async def follow(self, after: int, size: int = AT_ONCE) -> int | None:
        """Give the duties that have opened since to those who are charged with their households:
        the next households after the id `after`. The last one's id; None if there are no more."""
        query = (
            select(charge.c.household_id)
            .where(charge.c.household_id > after)
            .group_by(charge.c.household_id)
            .order_by(charge.c.household_id)
            .limit(size)
        )
        homes = (await self._connection.execute(query)).scalars().all()
        if homes:
            one, owner = obligation.c, account.alias("owner")
            exact = charge.alias("exact")
            owners_role = select(owner.c.role).where(owner.c.id == one.account_id).scalar_subquery()
            has_exact = exists().where(
                exact.c.household_id == one.household_id, exact.c.role == one.role
            )
            wanted = (
                select(charge.c.account_id)
                .join(account, account.c.id == charge.c.account_id)
                .where(
                    account.c.active,
                    takes_duty(account.c.role, self._today),
                    charge.c.household_id == one.household_id,
                    or_(
                        charge.c.role == one.role,
                        and_(charge.c.role == owners_role, ~has_exact),
                    ),
                )
                .correlate(obligation)
                .scalar_subquery()
            )
            await self._connection.execute(
                update(obligation)
                .where(
                    one.household_id.in_(homes),
                    one.ended.is_(None),
                    wanted.is_not(None),
                    one.account_id.is_distinct_from(wanted),
                )
                .values(account_id=wanted)
            )
        return homes[-1] if len(homes) == size else None

    async def _charge(
        self,
        homes: ColumnElement[bool],
        role: str,
        successor: int,
        *,
        instead_of: int | None = None,
    ) -> int:
        """Charge `successor` with those of `homes` that are their business; what another account
        than `instead_of` is charged with stays."""
        fit = takes_home(_role_of(successor), household.c.id, self._today)
        moment = literal(self._now, charge.c.since.type)
        chosen = select(
            household.c.id, literal(role), literal(successor, charge.c.account_id.type), moment
        ).where(overseen(self._actor, household.c.area_code), homes, fit)
        theirs = charge.c.account_id == instead_of if instead_of is not None else None
        dialect = self._connection.dialect.name
        put = upsert(
            dialect, charge, ["household_id", "role"], ["account_id", "since"], where=theirs
        )
        names = ["household_id", "role", "account_id", "since"]
        return (await self._connection.execute(put.from_select(names, chosen))).rowcount

    async def _move(self, which: ColumnElement[bool], successor: int) -> int:
        one, fit = obligation.c, takes_duty(_role_of(successor), self._today)
        done = await self._connection.execute(
            update(obligation)
            .where(overseen(self._actor, one.area_code), which, one.ended.is_(None), fit)
            .values(account_id=successor)
        )
        return done.rowcount


def _owed_by(former: int, area_code: str) -> ColumnElement[bool]:
    """What an account owes in an area, but for what it owes for itself alone."""
    one = obligation.c
    others = and_(one.account_id == former, one.subject_kind != "worker")
    return and_(others, within(one.area_code, area_code))


def _role_of(account_id: int) -> Any:
    return select(account.c.role).where(account.c.id == account_id).scalar_subquery()


def _colleagues() -> Select[Any]:
    one = account.c
    owed = (
        select(func.count())
        .where(obligation.c.account_id == one.id, obligation.c.ended.is_(None))
        .scalar_subquery()
    )
    return select(one.id, one.code, one.name, one.role, one.area_code, owed.label("owed"))


def _charged(former: int) -> ColumnElement[bool]:
    return exists().where(charge.c.household_id == household.c.id, charge.c.account_id == former)


def _falls_to(former: int, role: str) -> ColumnElement[bool]:
    """Households that `owner` gives to the account `former`: nobody of its role works nearer."""
    other, own = account.alias("other"), account.alias("own")
    around: list[ColumnElement[Any]] = [household.c.area_code]
    around += [func.substr(household.c.area_code, 1, length) for length in _LENGTHS[1:]]
    longer = func.length(other.c.area_code) > func.length(own.c.area_code)
    before = and_(other.c.area_code == own.c.area_code, other.c.id < own.c.id)
    nearer = exists().where(
        own.c.id == former,
        other.c.id != former,
        other.c.active,
        other.c.role == role,
        other.c.area_code.in_(around),
        or_(longer, before),
    )
    return ~nearer


def _colleague(row: Any) -> Colleague:
    return Colleague(row.id, row.code, surname(row.name), Role(row.role), row.area_code, row.owed)
