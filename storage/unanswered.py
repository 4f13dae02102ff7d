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
from storage.dialects import upsert
from storage.pension_tables import resident_request
from storage.policy import Actor, Role
from storage.reminder_tables import reader
from storage.tables import account, person

NEW: Final = timedelta(days=1)
"""What came in so lately is new to an account that heard of none yet; to others, all since then."""
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
    heard = select(reader.c.asked_at).where(reader.c.account_id == actor.account_id)
    new, late = _stages(literal(actor.role.value), heard.scalar_subquery(), now)
    sums = [func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in (new, late)]
    query = (
        select(*sums)
        .join(person, person.c.id == resident_request.c.person_id)
        .where(resident_request.c.answered_at.is_(None), within(person.c.area_code, actor.area))
    )
    return Unanswered(*(await connection.execute(query)).one())


def has_news(now: datetime) -> ColumnElement[bool]:
    """A condition on `account` and its `reader`, if there is one: there is something of this kind
    to tell it."""
    asked = resident_request.c
    here = and_(
        person.c.area_code >= account.c.area_code, person.c.area_code < account.c.area_code + "~"
    )
    waits = exists().where(
        asked.answered_at.is_(None),
        person.c.id == asked.person_id,
        here,
        or_(*_stages(account.c.role, reader.c.asked_at, now)),
    )
    hears = account.c.role.in_([role.value for role in _HEARS])
    return and_(hears, waits.correlate(account, reader))


_HEARS: Final = (Role.TOWNSHIP_SUPERVISOR, Role.COUNTY_ADMINISTRATOR)


async def heard(connection: Connection, account_id: int, now: datetime) -> None:
    """An account hears now what residents ask for: what comes in from here on is new to it."""
    put = upsert(connection.dialect.name, reader, ["account_id"], ["asked_at"])
    await connection.execute(put.values(account_id=account_id, asked_at=now))


def _stages(role: ColumnElement[Any], since: ColumnElement[Any], now: datetime) -> tuple[Any, Any]:
    """Conditions: it came in after `since`, or lately if that is NULL; and it waits too long, for
    whoever has a role."""
    at = resident_request.c.asked_at
    near = role == Role.TOWNSHIP_SUPERVISOR.value
    lately = at > func.coalesce(since, literal(now - NEW, at.type))
    new = and_(near, lately, at > now - LATE)
    return new, or_(and_(near, at <= now - LATE), at <= now - TOO_LATE)
