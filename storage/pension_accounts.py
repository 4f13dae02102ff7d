"""What an agency has on record of a person's pension, for those who may look at it.

That is the person themselves and whoever acts for them; no member of staff sees anybody's account.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import FromClause, Table, and_, bindparam, select

from storage.connection import Connection
from storage.obligation_tables import subject_day
from storage.pension_record import Benefit, Contribution, PensionRecord
from storage.pension_tables import (
    pension_account,
    pension_benefit,
    pension_certification,
    pension_contribution,
    pension_import,
)
from storage.policy import Actor
from storage.proxies import ACTS_FOR
from storage.ready import Ready
from storage.tables import person

CERTIFIED: Final = "certified_on"
"""What the days of certification are called among the days that rules count from."""

AMOUNTS: Final = ("paid", "subsidy", "collective", "aid")
"""What of a contribution is an amount."""


class PensionAccounts:
    """Reads accounts for the actor, in the conversation `chat_id` if there is one."""

    def __init__(self, connection: Connection, actor: Actor, today: date) -> None:
        self._connection = connection
        self._actor = actor
        self._today = today

    async def insured(self, person_id: int, chat_id: int | None = None) -> PensionRecord | None:
        """A person's account; None if there is none, or if neither the actor is this person nor the
        conversation `chat_id` acts for them today."""
        if not await self._may_see(person_id, chat_id):
            return None
        where = {"of_person": person_id}
        account = await _ACCOUNT.first(self._connection, where)
        if account is None:
            return None
        facts = account["facts"]
        contributions = _contributions(await _CONTRIBUTIONS.all(self._connection, where))
        return PensionRecord(
            person_id=person_id,
            birth_date=account["birth_date"],
            scheme=account["scheme"],
            region=account["region"],
            imported_at=account["finished_at"],
            joined=facts.get("joined", True),
            joined_on=_day(facts, "joined_on"),
            years_paid=_years(facts, contributions),
            balance=_amount(facts, "balance"),
            balance_on=_day(facts, "balance_on"),
            launch=_day(facts, "launch"),
            other_pension=facts.get("other_pension", False),
            in_employee_scheme=facts.get("in_employee_scheme", False),
            contributions=contributions,
            benefits=_benefits(
                await _BENEFITS.all(self._connection, where | {"of_import": account["import_id"]})
            ),
            certified=await self._certified(person_id),
        )

    async def _may_see(self, person_id: int, chat_id: int | None) -> bool:
        if self._actor.everything or self._actor.person_id == person_id:
            return True
        if chat_id is None:
            return False
        where = {"of_person": person_id, "of_chat": chat_id, "on_day": self._today}
        return await ACTS_FOR.first(self._connection, where) is not None

    async def _certified(self, person_id: int) -> tuple[date, ...]:
        where = {"of_person": person_id}
        filed = [row["day"] for row in await _CERTIFIED.all(self._connection, where)]
        days = {row["day"] for row in await _TOLD.all(self._connection, where)}.union(filed)
        taken_back = {day for day in filed if day > filed[0]}  # by the newest file
        return tuple(sorted(days - taken_back, reverse=True))


def _years(facts: Mapping[str, Any], contributions: Sequence[Contribution]) -> int:
    """The agency's number as of its day, and the years that were paid after it; without a number
    the years on record."""
    stated = facts.get("years_paid")
    if stated is None:
        return len({one.year for one in contributions})
    until = _day(facts, "years_on")
    later = {one.year for one in contributions if until and one.year > until.year}
    return int(stated) + len(later)


def _contributions(rows: Sequence[Mapping[str, Any]]) -> tuple[Contribution, ...]:
    """Of each year what its newest import says."""
    newest: dict[int, int] = {}
    found = []
    for row in rows:
        if newest.setdefault(row["year"], row["import_id"]) == row["import_id"]:
            found.append(
                Contribution(
                    row["year"],
                    row["first_month"],
                    row["last_month"],
                    row["facts"].get("tier"),
                    *(_amount(row["facts"], name) for name in AMOUNTS),
                )
            )
    return tuple(found)


def _benefits(rows: Sequence[Mapping[str, Any]]) -> tuple[Benefit, ...]:
    return tuple(Benefit(row["first_day"], _amount(row["facts"], "amount")) for row in rows)


def _amount(facts: Mapping[str, Any], name: str) -> Decimal | None:
    return Decimal(facts[name]) if facts.get(name) is not None else None


def _day(facts: Mapping[str, Any], name: str) -> date | None:
    return date.fromisoformat(facts[name]) if facts.get(name) else None


# --- statements ----------------------------------------------------------------------------------


def _finished(table: Table) -> FromClause:
    """The rows of imports that came to their end."""
    own = pension_import.c.id == table.c.import_id
    return table.join(pension_import, and_(own, pension_import.c.finished_at.is_not(None)))


_ACCOUNT: Final = Ready(
    select(
        pension_account.c.import_id,
        pension_account.c.scheme,
        pension_account.c.region,
        pension_account.c.facts,
        pension_import.c.finished_at,
        person.c.birth_date,
    )
    .select_from(
        _finished(pension_account).join(person, person.c.id == pension_account.c.person_id)
    )
    .where(pension_account.c.person_id == bindparam("of_person"))
    .order_by(pension_account.c.import_id.desc())
    .limit(1)
)
_CONTRIBUTIONS: Final = Ready(
    select(
        pension_contribution.c.year,
        pension_contribution.c.first_month,
        pension_contribution.c.last_month,
        pension_contribution.c.import_id,
        pension_contribution.c.facts,
    )
    .select_from(_finished(pension_contribution))
    .where(pension_contribution.c.person_id == bindparam("of_person"))
    .order_by(
        pension_contribution.c.year.desc(),
        pension_contribution.c.import_id.desc(),
        pension_contribution.c.first_month.desc(),
    )
)
_BENEFITS: Final = Ready(  # of the import that the standing account is from: the others are history
    select(pension_benefit.c.first_day, pension_benefit.c.facts)
    .where(
        pension_benefit.c.person_id == bindparam("of_person"),
        pension_benefit.c.import_id == bindparam("of_import"),
    )
    .order_by(pension_benefit.c.first_day.desc())
)
_CERTIFIED: Final = Ready(
    select(pension_certification.c.day)
    .select_from(_finished(pension_certification))
    .where(pension_certification.c.person_id == bindparam("of_person"))
    .order_by(pension_certification.c.import_id.desc(), pension_certification.c.day.desc())
)
_TOLD: Final = Ready(  # by a form
    select(subject_day.c.day).where(
        subject_day.c.subject_kind == "person",
        subject_day.c.subject_id == bindparam("of_person"),
        subject_day.c.name == CERTIFIED,
    )
)
