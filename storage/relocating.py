"""A household moves to another area, and takes along its open duties and what is asked there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Update,
    and_,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)

from storage.connection import Connection
from storage.obligation_tables import obligation
from storage.obligations_crowd import owners
from storage.office_tables import charge
from storage.pension_tables import resident_request
from storage.request_tables import request
from storage.tables import account, household, person


@dataclass(frozen=True, slots=True)
class Home:
    """A household with the area that it lived in, and the ids of its people."""

    id: int
    former: str
    people: Sequence[int]


class Relocating:
    """Moves a household within the register."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def home(self, code: str) -> Home | None:
        """The household of a code where it lives now; None if there is none."""
        query = select(household.c.id, household.c.area_code).where(household.c.code == code)
        found = (await self._connection.execute(query)).first()
        return Home(found.id, found.area_code, await self._people(found.id)) if found else None

    async def open_duties(self, household_id: int) -> int:
        """How many duties of a household and its people are open."""
        one = obligation.c
        mine = and_(one.household_id == household_id, one.ended.is_(None))
        query = select(func.count()).select_from(obligation).where(mine)
        return (await self._connection.execute(query)).scalar_one()

    async def move(self, household_id: int, area_code: str) -> Home | None:
        """Enter it and its people in another area; None if there is no such household."""
        home = household.c.id == household_id
        found = await self._connection.execute(select(household.c.area_code).where(home))
        former = found.scalar()
        if former is None:
            return None
        mine = person.c.household_id == household_id
        for change in (update(household).where(home), update(person).where(mine)):
            await self._connection.execute(change.values(area_code=area_code))
        return Home(household_id, former, await self._people(household_id))

    async def rehouse(self, person_id: int, household_id: int) -> Home | None:
        """Enter a person in another household, with what is not settled of their duties; the
        household that they left, as the home of this one person. None if there is no such
        household or they live there already."""
        who, to = person.c.id == person_id, household.c.id == household_id
        code = (await self._connection.execute(select(household.c.area_code).where(to))).scalar()
        columns = (person.c.household_id, person.c.area_code)
        row = (await self._connection.execute(select(*columns).where(who))).first()
        if code is None or row is None or row.household_id == household_id:
            return None
        left = Home(row.household_id, row.area_code, [person_id])
        moved = update(person).where(who)
        await self._connection.execute(moved.values(household_id=household_id, area_code=code))
        one = obligation.c
        mine = and_(one.subject_kind == "person", one.subject_id == person_id)
        unsettled = or_(one.ended.is_(None), one.closes.is_(None), one.closes > self._now)
        goes = _change(mine, unsettled, one.area_code == left.former)
        await self._connection.execute(goes.values(household_id=household_id, area_code=code))
        return left

    async def _people(self, household_id: int) -> Sequence[int]:
        query = select(person.c.id).where(person.c.household_id == household_id)
        return list((await self._connection.execute(query.order_by(person.c.id))).scalars())

    async def take_duties(self, home: Home, area_code: str) -> None:
        """Have its duties stand where it lives now: all that are not settled, done or not, so that
        nothing is owed twice for one period."""
        one = obligation.c
        unsettled = or_(one.ended.is_(None), one.closes.is_(None), one.closes > self._now)
        for kind, ids in (("household", [home.id]), ("person", home.people)):
            mine = and_(one.subject_kind == kind, one.subject_id.in_(ids))
            moved = _change(one.area_code == home.former, mine, unsettled)
            await self._connection.execute(moved.values(area_code=area_code))

    async def take_requests(self, home: Home, area_code: str) -> None:
        """What its people ask for, and what workers ask about its duties, is for those who serve
        the new area, as long as nobody has answered. Nobody else stays charged with it."""
        asked, wished, owed = request.c, resident_request.c, obligation.c
        duties = select(owed.id).where(owed.household_id == home.id)
        waiting = and_(asked.obligation_id.in_(duties), asked.decided_at.is_(None))
        theirs = and_(wished.person_id.in_(home.people), wished.answered_at.is_(None))
        for change in (
            update(request).where(waiting).values(area_code=area_code),
            update(resident_request).where(theirs).values(area_code=area_code),
        ):
            await self._connection.execute(change)
        serves = exists().where(
            account.c.id == charge.c.account_id, literal(area_code).startswith(account.c.area_code)
        )
        gone = delete(charge).where(charge.c.household_id == home.id, ~serves)
        await self._connection.execute(gone)

    async def owe(self, home: Home, roles: Mapping[str, Sequence[str]]) -> None:
        """Its open duties of each role are owed by whoever has one of the `roles` that owe it
        there, the nearest first."""
        one = obligation.c
        for role, standing_in in roles.items():
            nearest = owners("household", standing_in, household.c.id == home.id)
            open_ones = _change(one.household_id == home.id, one.role == role, one.ended.is_(None))
            owes = select(nearest.c.account_id).scalar_subquery()
            await self._connection.execute(open_ones.values(account_id=owes))


def _change(*which: ColumnElement[bool]) -> Update:
    return update(obligation).where(*which)
