"""Deaths and moves that forms told, until who oversees the area has confirmed or refused them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, delete, func, select

from storage.connection import Connection
from storage.four_eyes import of_others
from storage.names import surname
from storage.obligation_tables import departure, visit
from storage.overseen import overseen
from storage.policy import Actor
from storage.tables import account, person


@dataclass(frozen=True, slots=True)
class Departing:
    """Somebody of whom a form told that they ``moved`` or are ``deceased``. `on_day` is the first
    day without them; `account_id` and `worker` are who handed the form in."""

    person_id: int
    household_id: int
    code: str
    surname: str
    area_code: str
    kind: str
    on_day: date
    root_id: str
    told_at: datetime
    account_id: int
    worker: str


class Departures:
    """Reads what waits, and strikes out what was refused, within what the actor oversees."""

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor

    async def waiting(self, page: int = 0, size: int = 5) -> tuple[Sequence[Departing], int]:
        """One page (from 0) of those who wait, who waits longest first, and how many there are."""
        waiting = self._waiting()
        total = select(func.count()).select_from(waiting.subquery())
        count: int = (await self._connection.execute(total)).scalar_one()
        ordered = waiting.order_by(departure.c.told_at, departure.c.person_id)
        rows = await self._connection.execute(ordered.limit(size).offset(page * size))
        return [_departing(row._mapping) for row in rows], count

    async def one(self, person_id: int) -> Departing | None:
        """One who waits."""
        query = self._waiting().where(departure.c.person_id == person_id)
        row = (await self._connection.execute(query)).first()
        return _departing(row._mapping) if row else None

    async def refuse(self, person_id: int) -> Departing | None:
        """They are still there: strike it out. None if nothing waits for them. A form may tell it
        again later."""
        found = await self.one(person_id)
        if found is not None:
            await self._connection.execute(
                delete(departure).where(
                    departure.c.person_id == person_id, departure.c.confirmed_at.is_(None)
                )
            )
        return found

    def _waiting(self) -> Select[Any]:
        joined = (
            departure.join(person, departure.c.person_id == person.c.id)
            .join(visit, departure.c.root_id == visit.c.root_id)
            .join(account, visit.c.account_id == account.c.id)
        )
        return (
            select(
                departure.c.person_id,
                departure.c.kind,
                departure.c.on_day,
                departure.c.root_id,
                departure.c.told_at,
                person.c.household_id,
                person.c.code,
                person.c.name,
                person.c.area_code,
                visit.c.account_id,
                account.c.code.label("worker"),
            )
            .select_from(joined)
            .where(
                departure.c.confirmed_at.is_(None),
                overseen(self._actor, person.c.area_code),
                of_others(self._actor, visit.c.account_id),
            )
        )


def _departing(row: Any) -> Departing:
    fields = {name: row[name] for name in Departing.__dataclass_fields__ if name != "surname"}
    return Departing(**fields, surname=surname(row["name"]))
