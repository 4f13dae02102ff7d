"""What a worker puts off by themselves, and what they ask their supervisor to allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, and_, func, insert, select, update

from storage.connection import Connection
from storage.dialects import insert_if_new
from storage.four_eyes import of_others
from storage.obligation_tables import obligation
from storage.overseen import overseen
from storage.policy import Actor
from storage.request_tables import request, snooze
from storage.tables import household, person

RequestKind = Literal["exempt", "reschedule"]
Decision = Literal["approved", "refused", "moot"]
"""What a supervisor said; moot is what had ended before anybody said anything."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked: to be exempt from an obligation, for a `reason` of the rule's, or to move it
    to a `day`. The `note` is the worker's own words."""

    obligation_id: int
    kind: RequestKind
    reason: str = ""
    note: str | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked by an account, and what became of it."""

    id: int
    area_code: str
    obligation_id: int
    account_id: int
    kind: RequestKind
    reason: str
    note: str | None
    day: date | None
    asked_at: datetime
    decided_at: datetime | None
    decided_by: int | None
    decision: Decision | None


class Requests:
    """Workers ask about what is theirs, supervisors decide what is asked in their area."""

    def __init__(self, connection: Connection, actor: Actor, now: datetime) -> None:
        self._connection = connection
        self._actor = actor
        self._now = now

    async def put_off(self, obligation_id: int, n: int, until: date) -> None:
        """The actor puts an open obligation of their own off, for the `n`th time (from 1), to the
        day `until`. Doing the same again changes nothing."""
        account = await self._owner(obligation_id)
        if account is None:
            return
        put = insert_if_new(self._connection.dialect.name, snooze, ["obligation_id", "n"])
        row = {"obligation_id": obligation_id, "n": n, "account_id": account}
        await self._connection.execute(put.values(row | {"at": self._now, "until": until}))

    async def ask(self, asking: Asking) -> bool:
        """The actor asks about an open obligation of their own. False if it is not, or if something
        is asked about it already."""
        account = await self._owner(asking.obligation_id)
        if account is None or await self.waits(asking.obligation_id):
            return False
        area = select(obligation.c.area_code).where(obligation.c.id == asking.obligation_id)
        code = (await self._connection.execute(area)).scalar_one()
        row = asdict(asking) | {"account_id": account, "area_code": code, "asked_at": self._now}
        await self._connection.execute(insert(request).values(row))
        return True

    async def waits(self, obligation_id: int) -> bool:
        """Whether something about an obligation waits to be decided."""
        query = select(request.c.id).where(
            request.c.obligation_id == obligation_id, request.c.decided_at.is_(None)
        )
        return (await self._connection.execute(query)).first() is not None

    async def _owner(self, obligation_id: int) -> int | None:
        """The actor's account, if the obligation is theirs and open. It is locked."""
        query = select(obligation.c.account_id).where(
            obligation.c.id == obligation_id,
            obligation.c.ended.is_(None),
            obligation.c.account_id == self._actor.account_id,
        )
        account: int | None = (
            await self._connection.execute(query.with_for_update())
        ).scalar_one_or_none()
        return account

    # --- deciding --------------------------------------------------------------------------------

    async def waiting(self, page: int, size: int) -> tuple[Sequence[Request], int]:
        """One page (from 0) of what waits for the actor's decision, the oldest first, and how many
        there are. What is about an obligation that has ended meanwhile is left out."""
        where = (
            self._theirs_to_decide(),
            request.c.decided_at.is_(None),
            obligation.c.ended.is_(None),
        )
        joined = request.join(obligation, obligation.c.id == request.c.obligation_id)
        total = select(func.count()).select_from(joined).where(*where)
        count = (await self._connection.execute(total)).scalar_one()
        query = select(request).select_from(joined).where(*where).order_by(request.c.asked_at)
        some = query.limit(size).offset(page * size)
        return [_request(row._mapping) for row in await self._connection.execute(some)], count

    async def get(self, request_id: int) -> Request | None:
        """One request that the actor may decide."""
        query = select(request).where(request.c.id == request_id, self._theirs_to_decide())
        row = (await self._connection.execute(query)).first()
        return _request(row._mapping) if row else None

    async def settle(self, request_id: int, decision: Decision) -> Request | None:
        """The actor decides; what was asked, None if it was decided before or is not theirs to
        decide. What follows from it is `scheduler.answering`'s."""
        found = await self.get(request_id)
        which = and_(request.c.id == request_id, request.c.decided_at.is_(None))
        values = {
            "decision": decision,
            "decided_at": self._now,
            "decided_by": self._actor.account_id,
        }
        if found is None:
            return None
        done = await self._connection.execute(update(request).where(which).values(values))
        return found if done.rowcount else None

    def _theirs_to_decide(self) -> ColumnElement[bool]:
        """What somebody else asked in an area of theirs."""
        here = overseen(self._actor, request.c.area_code)
        return and_(here, of_others(self._actor, request.c.account_id))

    async def subject(self, obligation_id: int) -> str:
        """The code of the person or household that an obligation is about; '' for another."""
        one = obligation.c
        people = and_(one.subject_kind == "person", person.c.id == one.subject_id)
        homes = and_(one.subject_kind == "household", household.c.id == one.subject_id)
        joined = obligation.outerjoin(person, people).outerjoin(household, homes)
        code = func.coalesce(person.c.code, household.c.code, "")
        query = select(code).select_from(joined).where(one.id == obligation_id)
        return str((await self._connection.execute(query)).scalar_one())


_FIELDS: Final = tuple(Request.__dataclass_fields__)


def _request(row: Any) -> Request:
    return Request(**{name: row[name] for name in _FIELDS})
