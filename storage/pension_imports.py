"""Takes an agency's file in, a chunk a transaction; what was not finished is never seen.

An import writes its rows under its number while the people are served, and is seen as a whole once
it is finished: `storage.pension_accounts` reads finished ones alone. What was cut off is cleared
away by the next one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Table, delete, insert, or_, select, tuple_, update

from core.ports import Clock
from storage.connection import Connection
from storage.enrolment import id_hash
from storage.pension_accounts import AMOUNTS
from storage.pension_record import Contribution
from storage.pension_tables import (
    pension_account,
    pension_benefit,
    pension_certification,
    pension_contribution,
    pension_import,
)
from storage.pension_telling import tell
from storage.policy import Actor
from storage.tables import person

UNDER_WAY: Final = timedelta(hours=12)
"""How long an import is taken to be still running."""


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody in the register, as an import finds them."""

    id: int
    code: str
    id_hash: str | None
    birth_date: date
    area_code: str
    active: bool


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A person's account as a file has it; the values are those of `PensionRecord`. `years_paid`
    and `balance` are as of `as_of`. `way` is how the last certification was done."""

    person_id: int
    scheme: str
    region: str
    as_of: date | None = None
    joined: bool = True
    joined_on: date | None = None
    years_paid: int | None = None
    balance: Decimal | None = None
    launch: date | None = None
    other_pension: bool = False
    benefits_from: date | None = None
    benefit: Decimal | None = None
    certified_on: date | None = None
    way: str = "unknown"


class PensionImports:
    """Writes imports. Only for the operator."""

    def __init__(self, connection: Connection, actor: Actor, clock: Clock) -> None:
        if not actor.everything:
            raise PermissionError("only the operator imports accounts")
        self._connection = connection
        self._clock = clock

    async def known(self, codes: Collection[str], id_numbers: Collection[str]) -> Sequence[Known]:
        """Those in the register who have one of these codes or ID numbers."""
        columns = (
            *(person.c.id, person.c.code, person.c.id_hash, person.c.birth_date),
            *(person.c.area_code, person.c.state),
        )
        hashes = [id_hash(number) for number in id_numbers]
        query = select(*columns).where(
            or_(person.c.code.in_(list(codes)), person.c.id_hash.in_(hashes))
        )
        return [
            Known(*row[:5], active=row.state == "active")
            for row in await self._connection.execute(query)
        ]

    async def begin(self) -> int:
        """A new import; its number."""
        row = insert(pension_import).values(begun_at=self._clock.now(), reached=0)
        done = await self._connection.execute(row.returning(pension_import.c.id))
        number: int = done.scalar_one()
        return number

    async def add_accounts(self, number: int, accounts: Sequence[NewAccount]) -> None:
        """Write accounts under an import that is not finished."""
        benefits = [_benefit(number, one) for one in accounts if one.benefits_from]
        certified = [_certification(number, one) for one in accounts if one.certified_on]
        rows = [_account(number, one) for one in accounts]
        await self._insert(pension_account, rows)
        await self._insert(pension_benefit, benefits)
        await self._insert(pension_certification, certified)

    async def add_contributions(
        self, number: int, contributions: Sequence[tuple[int, Contribution]]
    ) -> None:
        """Write what people, by their ids, paid, under an import that is not finished."""
        rows = [_contribution(number, *one) for one in contributions]
        await self._insert(pension_contribution, rows)

    async def finish(self, number: int) -> None:
        """From now on it counts."""
        await self._connection.execute(
            update(pension_import)
            .where(pension_import.c.id == number)
            .values(finished_at=self._clock.now())
        )

    async def cut_off(self) -> Sequence[int]:
        """The imports that will never come to their end: begun long ago, and not finished."""
        query = select(pension_import.c.id).where(
            pension_import.c.finished_at.is_(None),
            pension_import.c.begun_at < self._clock.now() - UNDER_WAY,
        )
        return (await self._connection.execute(query)).scalars().all()

    async def clear(self, number: int, limit: int) -> bool:
        """Delete at most `limit` rows of an import that is not finished; whether it is all gone."""
        for table in _OF_IMPORT:
            keys = list(table.primary_key.columns)
            some = select(*keys).where(table.c.import_id == number).limit(limit)
            which = tuple_(*keys).in_(some)
            if (await self._connection.execute(delete(table).where(which))).rowcount:
                return False
        await self._connection.execute(delete(pension_import).where(pension_import.c.id == number))
        return True

    async def untold(self) -> Sequence[tuple[int, int]]:
        """The finished imports of which the rules of visits have not heard all, and how far they
        have: the last person's id."""
        query = select(pension_import.c.id, pension_import.c.reached).where(
            pension_import.c.finished_at.is_not(None), pension_import.c.told_at.is_(None)
        )
        rows = await self._connection.execute(query.order_by(pension_import.c.id))
        return [(number, reached or 0) for number, reached in rows]

    async def tell(self, number: int, after: int, limit: int, today: date) -> int | None:
        """Tell the rules of the next `limit` people with an id after `after` when they certified
        and whether they draw a pension; what they are owed is computed anew by the next tick.
        Returns the last id, None when all were told. Doing it twice changes nothing."""
        ids = await self._next(number, after, limit)
        if not ids:
            done = {"told_at": self._clock.now()}
            await self._connection.execute(
                update(pension_import).where(pension_import.c.id == number).values(done)
            )
            return None
        await tell(self._connection, number, ids, today)
        await self._connection.execute(
            update(pension_import).where(pension_import.c.id == number).values(reached=ids[-1])
        )
        return ids[-1]

    async def _next(self, number: int, after: int, limit: int) -> list[int]:
        own = pension_account.c
        query = select(own.person_id).where(own.import_id == number, own.person_id > after)
        rows = await self._connection.execute(query.order_by(own.person_id).limit(limit))
        return list(rows.scalars())

    async def _insert(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            await self._connection.execute(insert(table), rows)


_OF_IMPORT: Final = (
    pension_contribution,
    pension_certification,
    pension_benefit,
    pension_account,
)


def _account(number: int, new: NewAccount) -> dict[str, Any]:
    facts = {
        "joined": new.joined,
        "joined_on": _text(new.joined_on),
        "years_paid": new.years_paid,
        "years_on": _text(new.as_of),
        "balance": _text(new.balance),
        "balance_on": _text(new.as_of) if new.balance is not None else None,
        "launch": _text(new.launch),
        "other_pension": new.other_pension or None,
        "in_employee_scheme": (new.scheme == "employee") or None,
    }
    return {
        "person_id": new.person_id,
        "import_id": number,
        "scheme": new.scheme,
        "region": new.region,
        "facts": _known(facts),
    }


def _benefit(number: int, new: NewAccount) -> dict[str, Any]:
    return {
        "person_id": new.person_id,
        "first_day": new.benefits_from,
        "import_id": number,
        "facts": _known({"amount": _text(new.benefit)}),
    }


def _certification(number: int, new: NewAccount) -> dict[str, Any]:
    return {
        "person_id": new.person_id,
        "day": new.certified_on,
        "import_id": number,
        "way": new.way,
    }


def _contribution(number: int, person_id: int, paid: Contribution) -> dict[str, Any]:
    amounts = {name: _text(getattr(paid, name)) for name in AMOUNTS}
    return {
        "person_id": person_id,
        "year": paid.year,
        "first_month": paid.first_month,
        "last_month": paid.last_month,
        "import_id": number,
        "facts": _known({"tier": paid.tier} | amounts),
    }


def _text(value: date | Decimal | None) -> str | None:
    return None if value is None else str(value)


def _known(facts: dict[str, Any]) -> dict[str, Any]:
    """Without what nobody told."""
    return {name: value for name, value in facts.items() if value is not None}
