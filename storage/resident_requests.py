"""What residents ask of those who look after them, and what they are answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy import (
    Boolean,
    Date,
    Select,
    String,
    and_,
    bindparam,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from core.ports import Clock
from storage.connection import Connection
from storage.names import surname
from storage.pension_tables import resident_request
from storage.policy import Actor, Role
from storage.ready import Ready
from storage.scope import born, people_seen
from storage.tables import account, person

RequestKind = Literal["visit", "mistake", "deletion"]

LISTED: Final = 8
_LOOK_AFTER: Final = (Role.GRID_WORKER, Role.TOWNSHIP_SUPERVISOR)
_DECIDE: Final = (Role.TOWNSHIP_SUPERVISOR, Role.COUNTY_ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class ResidentRequest:
    """One request. `chat_id` is the conversation that it came from; `words` is what was said."""

    id: int
    person_id: int
    code: str
    surname: str
    chat_id: int
    kind: RequestKind
    words: str
    asked_at: datetime


class ResidentRequests:
    """Takes requests in, and shows the open ones to who sees the person."""

    def __init__(self, connection: Connection, actor: Actor, clock: Clock, today: date) -> None:
        self._connection = connection
        self._actor = actor
        self._clock = clock
        self._today = today

    async def ask(self, person_id: int, chat_id: int, kind: RequestKind, words: str) -> bool:
        """A resident, or who acts for them, asks. False if the same is open already."""
        open_ = and_(
            resident_request.c.person_id == person_id,
            resident_request.c.kind == kind,
            resident_request.c.answered_at.is_(None),
        )
        if (await self._connection.execute(select(resident_request.c.id).where(open_))).first():
            return False
        row = {
            "person_id": person_id,
            "area_code": select(person.c.area_code)
            .where(person.c.id == person_id)
            .scalar_subquery(),
            "conversation_id": chat_id,
            "kind": kind,
            "words": words or None,
            "asked_at": self._clock.now(),
        }
        await self._connection.execute(insert(resident_request).values(row))
        return True

    async def count(self) -> int:
        """How many wait for the actor or a colleague."""
        if not self._may_answer:
            return 0
        area, ages = self._actor.area or "", self._actor.powers.ages
        born_after, born_by = born(ages, self._today)
        values = {"low": area, "high": area + "~", "born_after": born_after, "born_by": born_by}
        row = await _COUNT.first(self._connection, values | {"all": self._actor.may_approve})
        return int(row["n"]) if row else 0

    async def waiting(self) -> Sequence[ResidentRequest]:
        """The oldest that wait."""
        if not self._may_answer:
            return []
        query = self._open().order_by(resident_request.c.asked_at).limit(LISTED)
        return [_request(row._mapping) for row in await self._connection.execute(query)]

    async def get(self, number: int) -> ResidentRequest | None:
        """An open request, if the actor may answer it."""
        if not self._may_answer:
            return None
        query = self._open().where(resident_request.c.id == number)
        row = (await self._connection.execute(query)).first()
        return _request(row._mapping) if row else None

    async def answer(self, number: int, words: str) -> ResidentRequest | None:
        """Answer an open request, once. None if it is answered already or not the actor's."""
        found = await self.get(number)
        if found is None:
            return None
        given = {
            "answered_at": self._clock.now(),
            "answered_by": self._actor.account_id,
            "answer": words,
        }
        done = await self._connection.execute(
            update(resident_request)
            .where(resident_request.c.id == number, resident_request.c.answered_at.is_(None))
            .values(given)
        )
        return found if done.rowcount else None

    async def workers(self, person_id: int, kind: RequestKind) -> Sequence[int]:
        """The accounts to tell: the grid workers of the person, else the township's supervisors.
        Of a deletion those who decide on it."""
        area = select(person.c.area_code).where(person.c.id == person_id)
        code = (await self._connection.execute(area)).scalar_one()
        for role in _DECIDE if kind == "deletion" else _LOOK_AFTER:
            query = select(account.c.id).where(
                account.c.role == role.value,
                account.c.active,
                literal(code).like(account.c.area_code + "%"),
            )
            found = (await self._connection.execute(query)).scalars().all()
            if found:
                return found
        return ()

    @property
    def _may_answer(self) -> bool:
        actor = self._actor
        return actor.account_id is not None and actor.may_fill and actor.may_see_people

    def _open(self) -> Select[Any]:
        columns = (resident_request, person.c.code, person.c.name)
        return (
            select(*columns)
            .join(person, person.c.id == resident_request.c.person_id)
            .where(
                resident_request.c.answered_at.is_(None),
                people_seen(self._actor, self._today),
                or_(literal(self._actor.may_approve), resident_request.c.kind != "deletion"),
            )
        )


async def with_a_term(
    connection: Connection, actor: Actor, today: date, before: datetime
) -> Sequence[datetime]:
    """When the corrections and deletions were asked for that wait where an overseer sees people, of
    those that were asked for before a moment."""
    asked = resident_request.c
    query = (
        select(asked.asked_at)
        .join(person, person.c.id == asked.person_id)
        .where(
            asked.answered_at.is_(None),
            asked.kind.in_(("mistake", "deletion")),
            asked.asked_at <= before,
            people_seen(actor, today),
        )
    )
    return (await connection.execute(query)).scalars().all()


def _count() -> Ready:
    """Each menu asks it, so it is made ready once: `_open`, with the actor as parameters."""
    of = person.c
    query = (
        select(func.count(resident_request.c.id).label("n"))
        .join(person, of.id == resident_request.c.person_id)
        .where(
            resident_request.c.answered_at.is_(None),
            of.area_code >= bindparam("low", type_=String),
            of.area_code < bindparam("high", type_=String),
            of.birth_date > bindparam("born_after", type_=Date),
            of.birth_date <= bindparam("born_by", type_=Date),
            or_(bindparam("all", type_=Boolean), resident_request.c.kind != "deletion"),
        )
    )
    return Ready(query)


_COUNT: Final = _count()


def _request(row: Any) -> ResidentRequest:
    return ResidentRequest(
        id=row["id"],
        person_id=row["person_id"],
        code=row["code"],
        surname=surname(row["name"]),
        chat_id=row["conversation_id"],
        kind=row["kind"],
        words=row["words"] or "",
        asked_at=row["asked_at"],
    )
