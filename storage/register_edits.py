"""Changes of the register by hand, with who made them and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from storage.connection import Connection
from storage.import_tables import register_edit
from storage.policy import Actor
from storage.tables import account


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: ``tags`` (`detail`: begun, ended), ``household`` or ``area`` (old, new).
    `account` is the code of who made it."""

    what: str
    detail: Mapping[str, Any]
    reason: str
    account: str
    at: datetime


class RegisterEdits:
    """Keeps and reads changes; whoever may see the subject may read them. Raises PermissionError
    for who decides nothing."""

    def __init__(self, connection: Connection, actor: Actor, now: datetime) -> None:
        self._connection = connection
        self._actor = actor
        self._now = now

    async def add(
        self, kind: str, number: int, what: str, detail: Mapping[str, Any], reason: str
    ) -> None:
        """Keep that the actor changed a person or a household."""
        if not self._actor.may_approve or self._actor.account_id is None:
            raise PermissionError(f"{self._actor.role} does not keep the register")
        row = {
            "subject_kind": kind,
            "subject_id": number,
            "what": what,
            "detail": dict(detail),
            "reason": reason,
            "account_id": self._actor.account_id,
            "at": self._now,
        }
        await self._connection.execute(insert(register_edit).values(row))

    async def of(self, kind: str, number: int, limit: int = 20) -> Sequence[Edit]:
        """The last changes of a subject, the newest first."""
        one = register_edit.c
        columns = (one.what, one.detail, one.reason, account.c.code, one.at)
        query = (
            select(*columns)
            .select_from(register_edit.join(account, account.c.id == one.account_id))
            .where(one.subject_kind == kind, one.subject_id == number)
            .order_by(one.id.desc())
            .limit(limit)
        )
        return [Edit(*row) for row in await self._connection.execute(query)]
