"""The whole register as rules look at it, chunk by chunk: no name and no number is opened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, TypeVar

from sqlalchemy import ColumnElement, func, or_, select

from storage.areas import within
from storage.connection import Connection
from storage.obligation_tables import person_tier, subject_day, subject_event
from storage.obligations_facts import Dossier, EventTold, Whose
from storage.tables import household, person, person_tag

_EVENT: Final = ("name", "key", "on_day", "at", "stated")

Spell = tuple[str, date, date | None]
Fact = TypeVar("Fact")


class Census:
    """Reads the register below `root` for who may see all of it. Visits are left out."""

    def __init__(self, connection: Connection, root: str = "") -> None:
        self._connection = connection
        self._root = root

    async def homes(self, after: int, size: int, area: str = "") -> Sequence[Dossier]:
        """The next households by id after `after`, at most `size` of them, in `area`, each with
        those who live there, and those who left."""
        query = (
            select(household.c.id, household.c.area_code, household.c.created_at)
            .where(household.c.id > after, *self._of(area))
            .order_by(household.c.id)
            .limit(size)
        )
        homes = (await self._connection.execute(query)).all()
        ids = [home.id for home in homes]
        people = await self._people(ids)
        days, events = await self._days("household", ids), await self._events("household", ids)
        return [
            Dossier(
                whose=Whose("household", home.id, home.area_code),
                entered_at=home.created_at,
                household_id=home.id,
                days=tuple(days[home.id]),
                events=tuple(events[home.id]),
                members=tuple(people[home.id]),
            )
            for home in homes
        ]

    async def count(self, area: str = "") -> int:
        """How many households there are in `area`."""
        query = select(func.count()).select_from(household)
        return (await self._connection.execute(query.where(*self._of(area)))).scalar_one()

    def _of(self, area: str) -> tuple[ColumnElement[bool], ...]:
        """Conditions: in an area, within the part of the register that is open to the reader."""
        home = household.c.area_code
        return within(home, area), within(home, self._root)

    async def _people(self, homes: Sequence[int]) -> defaultdict[int, list[Dossier]]:
        columns = (
            *(person.c.id, person.c.household_id, person.c.area_code, person.c.created_at),
            *(person.c.birth_date, person.c.left_on),
        )
        listed = or_(person.c.state == "active", person.c.left_on.is_not(None))
        query = select(*columns).where(person.c.household_id.in_(homes), listed)
        rows = (await self._connection.execute(query.order_by(person.c.id))).all()
        ids = [row.id for row in rows]
        tags, tiers = await self._tags(ids), await self._tiers(ids)
        days, events = await self._days("person", ids), await self._events("person", ids)
        found: defaultdict[int, list[Dossier]] = defaultdict(list)
        for row in rows:
            one = Dossier(
                whose=Whose("person", row.id, row.area_code),
                entered_at=row.created_at,
                household_id=row.household_id,
                birth_date=row.birth_date,
                left_on=row.left_on,
                tags=tuple(tags[row.id]),
                tiers=tuple(tiers[row.id]),
                days=tuple(days[row.id]),
                events=tuple(events[row.id]),
            )
            found[row.household_id].append(one)
        return found

    async def _tags(self, ids: Sequence[int]) -> defaultdict[int, list[Spell]]:
        tag = person_tag.c
        query = select(tag.person_id, tag.tag, tag.since, tag.until).where(tag.person_id.in_(ids))
        rows = await self._connection.execute(query.order_by(tag.person_id, tag.tag, tag.since))
        return _by_id((row[0], (row[1], row[2], row[3])) for row in rows)

    async def _tiers(self, ids: Sequence[int]) -> defaultdict[int, list[Spell]]:
        tier = person_tier.c
        query = select(tier.person_id, tier.tier, tier.since, tier.until)
        rows = await self._connection.execute(query.where(tier.person_id.in_(ids)))
        return _by_id((row[0], (row[1], row[2], row[3])) for row in rows)

    async def _days(
        self, kind: str, ids: Sequence[int]
    ) -> defaultdict[int, list[tuple[str, date]]]:
        one = subject_day.c
        query = select(one.subject_id, one.name, one.day).where(
            one.subject_kind == kind, one.subject_id.in_(ids)
        )
        rows = await self._connection.execute(query)
        return _by_id((row[0], (row[1], row[2])) for row in rows)

    async def _events(self, kind: str, ids: Sequence[int]) -> defaultdict[int, list[EventTold]]:
        one = subject_event.c
        query = select(one.subject_id, *(one[name] for name in _EVENT)).where(
            one.subject_kind == kind, one.subject_id.in_(ids)
        )
        rows = await self._connection.execute(query)
        return _by_id((row[0], EventTold(*row[1:])) for row in rows)


def _by_id(found: Iterable[tuple[int, Fact]]) -> defaultdict[int, list[Fact]]:
    facts: defaultdict[int, list[Fact]] = defaultdict(list)
    for number, fact in found:
        facts[number].append(fact)
    return facts
