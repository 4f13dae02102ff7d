"""Fillings-in under way: every answer is here before the person sees it accepted."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from pydantic_core import to_json
from sqlalchemy import bindparam, func, insert, or_, select, update

from core.ports import Clock
from storage import codes
from storage.connection import Connection
from storage.policy import Actor
from storage.ready import Ready
from storage.tables import interview

OPEN, KEPT, SUBMITTED, DROPPED = "open", "kept", "submitted", "dropped"


@dataclass(slots=True)
class StoredInterview:
    """An interview at rest. `state` is the engine's own dump; `facts` are the register's rows as
    they stood at the start, by instance name; `alerts` those already raised. A correction names
    the submission that it `corrects`, and its rules read `as_of` as the present moment."""

    id: str
    conversation_id: int
    account_id: int
    form_sha256: str
    subject_kind: str
    subject_id: int | None
    status: str
    facts: dict[str, Any]
    state: dict[str, Any]
    started_at: datetime
    updated_at: datetime
    alerts: list[str] = field(default_factory=list)
    corrects: str | None = None
    as_of: datetime | None = None
    revision: int = 0

    @property
    def subject(self) -> dict[str, str]:
        """The register's row about the subject; empty if the form is about nobody."""
        rows: list[dict[str, str]] = self.facts.get("subject") or [{}]
        return rows[0]


@dataclass(frozen=True, slots=True)
class Draft:
    """An unfinished interview as a menu shows it."""

    id: str
    form_sha256: str
    subject_code: str
    updated_at: datetime
    correction: bool


class Interviews:
    """Reads and writes the actor's own interviews; nobody else's can be opened."""

    def __init__(self, connection: Connection, actor: Actor, clock: Clock) -> None:
        self._connection = connection
        self._actor = actor
        self._clock = clock

    async def start(
        self,
        conversation_id: int,
        form_sha256: str,
        subject: tuple[str, int | None],
        facts: dict[str, Any],
        state: dict[str, Any],
        *,
        corrects: str | None = None,
        as_of: datetime | None = None,
    ) -> StoredInterview:
        """Begin an interview for the actor. Raises PermissionError if the actor is not staff."""
        if self._actor.account_id is None or not self._actor.may_fill:
            raise PermissionError("only field staff fill in forms")
        now = self._clock.now()
        begun = StoredInterview(
            id=codes.code("", 8),
            conversation_id=conversation_id,
            account_id=self._actor.account_id,
            form_sha256=form_sha256,
            subject_kind=subject[0],
            subject_id=subject[1],
            status=OPEN,
            facts=facts,
            state=state,
            started_at=now,
            updated_at=now,
            corrects=corrects,
            as_of=as_of,
        )
        row = {
            "id": begun.id,
            "conversation_id": begun.conversation_id,
            "account_id": begun.account_id,
            "form_sha256": begun.form_sha256,
            "subject_kind": begun.subject_kind,
            "subject_id": begun.subject_id,
            "status": begun.status,
            "facts": begun.facts,
            "state": _pack(begun.state),
            "alerts": [],
            "started_at": now,
            "updated_at": now,
            "corrects": corrects,
            "as_of": as_of,
            "revision": begun.revision,
        }
        await _START.run(self._connection, row)
        return begun

    async def get(
        self, interview_id: str, known: StoredInterview | None = None
    ) -> StoredInterview | None:
        """The actor's interview of this id, locked until the transaction ends: the same one may be
        open in two chats. `known`, as it was saved once, comes back if it is still current."""
        mine = {"of_id": interview_id, "of_account": self._actor.account_id}
        if known is not None:
            now = await _LOCK.first(self._connection, mine)
            if now and (now["revision"], now["status"]) == (known.revision, known.status):
                return known
        found = await _GET.first(self._connection, mine)
        return _stored(found) if found else None

    async def correcting(self, instance_id: str) -> str | None:
        """The actor's draft that is to replace this submission, by its id."""
        query = select(interview.c.id).where(
            self._own(),
            interview.c.corrects == instance_id,
            interview.c.status.in_([OPEN, KEPT]),
        )
        return (await self._connection.execute(query)).scalar()

    async def save(self, changed: StoredInterview) -> None:
        """Write an interview back."""
        changed.updated_at = self._clock.now()
        changed.revision += 1
        row = {
            "of_id": changed.id,
            "of_account": self._actor.account_id,
            "status": changed.status,
            "form_sha256": changed.form_sha256,
            "conversation_id": changed.conversation_id,
            "state": _pack(changed.state),
            "alerts": changed.alerts,
            "revision": changed.revision,
            "updated_at": changed.updated_at,
        }
        await _SAVE.run(self._connection, row)

    async def drafts(self, page: int = 0, size: int = 5) -> tuple[Sequence[Draft], int]:
        """One page (from 0) of the actor's drafts, the latest first, and how many there are."""
        mine = {"of_account": self._actor.account_id}
        counted = await _COUNT.first(self._connection, mine)
        asked = {**mine, "size": size, "passed": page * size}
        rows = await _DRAFTS.all(self._connection, asked)
        return [as_draft(row) for row in rows], counted["drafts"] if counted else 0

    async def unfinished(self) -> Sequence[StoredInterview]:
        """The actor's drafts whole, the latest first."""
        query = (
            select(interview)
            .where(self._own(), interview.c.status.in_([OPEN, KEPT]))
            .order_by(interview.c.updated_at.desc())
        )
        return [_stored(row._mapping) for row in await self._connection.execute(query)]

    async def count_on(self, form_sha256: str) -> int:
        """How many unfinished interviews stand on a version, whoever they belong to."""
        query = select(func.count()).where(
            interview.c.form_sha256 == form_sha256, interview.c.status.in_([OPEN, KEPT])
        )
        return (await self._connection.execute(query)).scalar_one()

    def _own(self) -> Any:
        return interview.c.account_id == self._actor.account_id


def _pack(state: dict[str, Any]) -> bytes:
    return zlib.compress(to_json(state), 1)


def _stored(row: Any) -> StoredInterview:
    return StoredInterview(
        id=row["id"],
        conversation_id=row["conversation_id"],
        account_id=row["account_id"],
        form_sha256=row["form_sha256"],
        subject_kind=row["subject_kind"],
        subject_id=row["subject_id"],
        status=row["status"],
        facts=row["facts"],
        state=json.loads(zlib.decompress(row["state"])),
        started_at=row["started_at"],
        updated_at=row["updated_at"],
        alerts=list(row["alerts"]),
        corrects=row["corrects"],
        as_of=row["as_of"],
        revision=row["revision"],
    )


def as_draft(row: Any) -> Draft:
    """A draft of the columns that a menu shows."""
    subject = next(iter(row["facts"].get("subject") or [{}]))
    return Draft(
        id=row["id"],
        form_sha256=row["form_sha256"],
        subject_code=subject.get("code", ""),
        updated_at=row["updated_at"],
        correction=row["corrects"] is not None,
    )


# --- statements that a step needs are written once -----------------------------------------------

_MINE: Final = (
    interview.c.id == bindparam("of_id"),
    interview.c.account_id == bindparam("of_account"),
)
_LOCK: Final = Ready(
    select(interview.c.revision, interview.c.status).where(*_MINE).with_for_update()
)
_GET: Final = Ready(select(interview).where(*_MINE).with_for_update())
_UNFINISHED: Final = (
    interview.c.account_id == bindparam("of_account"),
    or_(interview.c.status == OPEN, interview.c.status == KEPT),
)
_COUNT: Final = Ready(
    select(func.count().label("drafts")).select_from(interview).where(*_UNFINISHED)
)
_DRAFTS: Final = Ready(
    select(
        interview.c.id,
        interview.c.form_sha256,
        interview.c.facts,
        interview.c.updated_at,
        interview.c.corrects,
    )
    .where(*_UNFINISHED)
    .order_by(interview.c.updated_at.desc())
    .limit(bindparam("size"))
    .offset(bindparam("passed"))
)
_START: Final = Ready(
    insert(interview),
    "id",
    "conversation_id",
    "account_id",
    "form_sha256",
    "subject_kind",
    "subject_id",
    "status",
    "facts",
    "state",
    "alerts",
    "started_at",
    "updated_at",
    "corrects",
    "as_of",
    "revision",
)
_SAVE: Final = Ready(
    update(interview).where(*_MINE),
    "status",
    "form_sha256",
    "conversation_id",
    "state",
    "alerts",
    "revision",
    "updated_at",
)
