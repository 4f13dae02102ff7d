"""The whole register as rules look at it, chunk by chunk: no name and no number is opened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from storage.areas import within
from storage.connection import Connection
from storage.tables import household, person, person_tag


@dataclass(frozen=True, slots=True)
class Counted:
    """Somebody in the register. `tags` are their classes, former ones too: name, first day, and
    first day after."""

    id: int
    area_code: str
    birth_date: date
    entered_at: datetime
    tags: tuple[tuple[str, date, date | None], ...]


@dataclass(frozen=True, slots=True)
class CountedHome:
    """A household with those who live in it now."""

    id: int
    area_code: str
    entered_at: datetime
    people: tuple[Counted, ...]


class Census:
    """Reads the register for the operator, who may see all of it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def homes(self, after: int, size: int, area: str = "") -> Sequence[CountedHome]:
        """The next households by id after `after`, at most `size` of them, in `area`."""
        query = (
            select(household.c.id, household.c.area_code, household.c.created_at)
            .where(household.c.id > after, within(household.c.area_code, area))
            .order_by(household.c.id)
            .limit(size)
        )
        homes = (await self._connection.execute(query)).all()
        people = await self._people([home.id for home in homes])
        return [
            CountedHome(home.id, home.area_code, home.created_at, tuple(people[home.id]))
            for home in homes
        ]

    async def _people(self, homes: Sequence[int]) -> defaultdict[int, list[Counted]]:
        query = select(
            *(person.c.id, person.c.household_id, person.c.area_code),
            *(person.c.birth_date, person.c.created_at),
        ).where(person.c.household_id.in_(homes), person.c.state == "active")
        rows = (await self._connection.execute(query.order_by(person.c.id))).all()
        tags = await self._tags(homes)
        found: defaultdict[int, list[Counted]] = defaultdict(list)
        for row in rows:
            one = Counted(
                row.id, row.area_code, row.birth_date, row.created_at, tuple(tags[row.id])
            )
            found[row.household_id].append(one)
        return found

    async def _tags(
        self, homes: Sequence[int]
    ) -> defaultdict[int, list[tuple[str, date, date | None]]]:
        query = (
            select(person_tag.c.person_id, person_tag.c.tag, person_tag.c.since, person_tag.c.until)
            .join(person, person.c.id == person_tag.c.person_id)
            .where(person.c.household_id.in_(homes))
            .order_by(person_tag.c.person_id, person_tag.c.tag, person_tag.c.since)
        )
        found: defaultdict[int, list[tuple[str, date, date | None]]] = defaultdict(list)
        for person_id, tag, since, until in await self._connection.execute(query):
            found[person_id].append((tag, since, until))
        return found
