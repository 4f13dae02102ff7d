"""What residents ask for and nobody has answered, as those who oversee an area hear of it.

Who looks after the resident was told at once. The township's supervisor reads of it in the message
of the day, and again where it waits too long; what waits much too long goes up to the county.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, or_, select

from storage.areas import within
from storage.connection import Connection
from storage.pension_tables import resident_request
from storage.policy import Actor, Role
from storage.tables import account, person

NEW: Final = timedelta(days=1)
LATE: Final = timedelta(days=3)
TOO_LATE: Final = timedelta(days=10)
"""So long after it was asked it goes one level up."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """How many came in lately, and how many wait too long."""

    new: int = 0
    late: int = 0

    def __bool__(self) -> bool:
        return bool(self.new or self.late)


NOTHING: Final = Unanswered()


async def unanswered(connection: Connection, actor: Actor, now: datetime) -> Unanswered:
    """What an overseer hears of their area; nothing, for anybody else."""
    if actor.area is None or actor.role not in _HEARS:
        return NOTHING
    new, late = _stages(literal(actor.role.value), now)
    sums = [func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in (new, late)]
    query = (
        select(*sums)
        .join(person, person.c.id == resident_request.c.person_id)
        .where(resident_request.c.answered_at.is_(None), within(person.c.area_code, actor.area))
    )
    return Unanswered(*(await connection.execute(query)).one())


def has_news(now: datetime) -> ColumnElement[bool]:
    """A condition on `account`: there is something of this kind to tell it."""
    asked = resident_request.c
    here = and_(
        person.c.area_code >= account.c.area_code, person.c.area_code < account.c.area_code + "~"
    )
    waits = exists().where(
        asked.answered_at.is_(None),
        person.c.id == asked.person_id,
        here,
        or_(*_stages(account.c.role, now)),
    )
    hears = account.c.role.in_([role.value for role in _HEARS])
    return and_(hears, waits.correlate(account))


_HEARS: Final = (Role.TOWNSHIP_SUPERVISOR, Role.COUNTY_ADMINISTRATOR)


def _stages(role: ColumnElement[Any], now: datetime) -> tuple[Any, Any]:
    """Conditions: it came in lately, and it waits too long, for whoever has a role."""
    at = resident_request.c.asked_at
    near = role == Role.TOWNSHIP_SUPERVISOR.value
    return and_(near, at > now - NEW), or_(and_(near, at <= now - LATE), at <= now - TOO_LATE)
