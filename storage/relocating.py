"""A household moves to another area, and takes along what is not settled of its duties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Update, and_, or_, select, update

from storage.connection import Connection
from storage.obligation_tables import obligation
from storage.obligations_crowd import owners
from storage.tables import household, person


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
        ids = await self._connection.execute(select(person.c.id).where(mine).order_by(person.c.id))
        return Home(household_id, former, list(ids.scalars()))

    async def take_duties(self, home: Home, area_code: str) -> None:
        """Have its duties stand where it lives now: all that are not settled, done or not, so that
        nothing is owed twice for one period."""
        one = obligation.c
        unsettled = or_(one.ended.is_(None), one.closes.is_(None), one.closes > self._now)
        for kind, ids in (("household", [home.id]), ("person", home.people)):
            mine = and_(one.subject_kind == kind, one.subject_id.in_(ids))
            moved = _change(one.area_code == home.former, mine, unsettled)
            await self._connection.execute(moved.values(area_code=area_code))

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
