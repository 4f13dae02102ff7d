"""Tokens that let programs in, each as its keyed hash: who shows one is its actor, and no more.

A ``collect`` token belongs to the account of one worker and is worth as much as that account. A
``read`` token belongs to a service, and reads the records of one area.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, insert, or_, select, true, update

from core.ports import Clock
from storage import codes
from storage.areas import within
from storage.connection import Connection
from storage.policy import Actor, Role
from storage.tables import account
from storage.token_tables import api_token
from storage.vault import vault

Kind = Literal["collect", "read"]

LIFE: Final = timedelta(days=365)
NEAR: Final = frozenset({"grid", "village"})
"""The levels of those who may take their forms along on a phone: they know whom they visit, and the
list of them is short."""

_TO_THE: Final = timedelta(hours=1)  # how exactly the last use is known


@dataclass(frozen=True, slots=True)
class Issued:
    """A token as a list shows it: `name` is the service, or the code of the worker's account."""

    id: int
    kind: str
    name: str
    area_code: str
    files: bool
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    def standing(self, now: datetime) -> Literal["good", "over", "revoked"]:
        """Whether it works at `now`, and if not, why."""
        if self.revoked_at is not None:
            return "revoked"
        return "good" if now < self.expires_at else "over"


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who shows a token. `files`: a service that reads whole files of people."""

    token_id: int
    name: str
    actor: Actor
    files: bool


class Tokens:
    """Issues tokens, and tells whose a token is. Only for who administers, within their own area;
    whose a token is, only the machine itself asks."""

    def __init__(self, connection: Connection, clock: Clock, actor: Actor) -> None:
        self._connection = connection
        self._clock = clock
        self._actor = actor

    async def for_worker(self, account_id: int, life: timedelta = LIFE) -> str:
        """A new token for ODK Collect on the phones of a worker, to be shown once.

        Raises LookupError for an account that is not there, not active or not of the actor's area,
        PermissionError for one that does not work in a grid or a village.
        """
        query = select(account).where(account.c.id == account_id, account.c.active)
        found = (await self._connection.execute(query)).first()
        if found is None or not self._actor.covers(found.area_code):
            raise LookupError(account_id)
        actor = Actor(Role(found.role), found.area_code, found.id)
        if actor.powers.level not in NEAR or not actor.may_fill:
            raise PermissionError("only those who work in a village take forms along")
        return await self._issue(
            life, kind="collect", name=found.code, account_id=found.id, area_code=found.area_code
        )

    async def for_service(
        self, name: str, area_code: str, *, files: bool = False, life: timedelta = LIFE
    ) -> str:
        """A new token for a service that reads `area_code`, to be shown once. Raises
        PermissionError for an area that is not the actor's."""
        if not self._actor.covers(area_code):
            raise PermissionError("a service reads no more than who lets it in")
        return await self._issue(life, kind="read", name=name, area_code=area_code, files=files)

    async def _issue(self, life: timedelta, **values: Any) -> str:
        token, now = codes.secret(), self._clock.now()
        row = {"files": False, "created_at": now, "expires_at": now + life, **values}
        hashed = _hash(token, values["kind"])
        await self._connection.execute(insert(api_token).values(token_hash=hashed, **row))
        return token

    async def bearer(self, kind: Kind, token: str) -> Bearer | None:
        """Whose token this is; None if it is unknown, over or revoked, or its account is closed.
        Raises PermissionError."""
        if not self._actor.everything:
            raise PermissionError("only the machine itself asks whose a token is")
        now, one = self._clock.now(), api_token.c
        query = (
            select(api_token, account.c.role)
            .select_from(api_token.outerjoin(account, one.account_id == account.c.id))
            .where(one.token_hash == _hash(token, kind), one.kind == kind)
            .where(one.revoked_at.is_(None), one.expires_at > now)
            .where(or_(one.account_id.is_(None), account.c.active))
            .add_columns(account.c.area_code.label("own_area"))
        )
        found = (await self._connection.execute(query)).first()
        if found is None:
            return None
        if found.last_used_at is None or found.last_used_at <= now - _TO_THE:
            await self._connection.execute(
                update(api_token).where(one.id == found.id).values(last_used_at=now)
            )
        if found.account_id is None:
            actor = Actor(Role.SERVICE, found.area_code)
        else:
            actor = Actor(Role(found.role), found.own_area, found.account_id)
        return Bearer(found.id, found.name, actor, found.files)

    async def all(self) -> Sequence[Issued]:
        """Every token of the actor's area, the oldest first."""
        columns = [api_token.c[name] for name in Issued.__dataclass_fields__]
        query = select(*columns).where(self._mine()).order_by(api_token.c.id)
        rows = await self._connection.execute(query)
        return [Issued(**row._mapping) for row in rows]

    async def revoke(self, token_id: int) -> bool:
        """Let a token work no more; False if there is none in the actor's area, or it was revoked
        before."""
        done = await self._connection.execute(
            update(api_token)
            .where(api_token.c.id == token_id, api_token.c.revoked_at.is_(None), self._mine())
            .values(revoked_at=self._clock.now())
        )
        return bool(done.rowcount)

    def _mine(self) -> ColumnElement[bool]:
        if self._actor.everything:
            return true()
        return within(api_token.c.area_code, self._actor.area or "~")


def _hash(token: str, kind: str) -> str:
    return vault().index(token, f"api_token.{kind}")
