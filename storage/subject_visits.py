"""The last visits to somebody, as whoever may see them sees it: days and outcomes, no answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select

from storage.connection import Connection
from storage.obligation_tables import visit
from storage.policy import Actor
from storage.scope import people_seen
from storage.tables import person


@dataclass(frozen=True, slots=True)
class SubjectVisit:
    """One visit; `outcome` is the name of a choice, None where the form asks none; `code` is that
    of the person who was visited, None for a visit to the household."""

    visit_date: date
    form_id: str
    outcome: str | None
    code: str | None


class SubjectVisits:
    """Reads visits within the actor's scope."""

    def __init__(self, connection: Connection, actor: Actor, today: date) -> None:
        self._connection = connection
        self._actor = actor
        self._today = today

    async def last(self, kind: str, number: int, size: int) -> Sequence[SubjectVisit]:
        """The last visits to a person or a household, the latest first. Those to a household's
        people count for it, as far as the actor sees these people."""
        made = visit.c
        someone = and_(made.subject_kind == "person", made.subject_id == person.c.id)
        seen = people_seen(self._actor, self._today)
        if kind == "household":
            own = and_(made.subject_kind == "household", made.household_id == number)
            which = and_(made.household_id == number, or_(own, seen))
        else:
            which = and_(made.subject_kind == kind, made.subject_id == number, seen)
        query = (
            select(made.visit_date, made.form_id, made.outcome, person.c.code)
            .select_from(visit.outerjoin(person, someone))
            .where(which)
            .order_by(made.visit_date.desc(), made.entered_at.desc())
            .limit(size)
        )
        return [SubjectVisit(*row) for row in await self._connection.execute(query)]
