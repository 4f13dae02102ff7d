"""Drafts that nobody goes on with: their people are told some days before they go.

Nothing is dropped unsaid: a draft goes only when its person was told long enough before, since the
last time that they went on with it. Who has no chat in which they could be told counts as told.
Drafts of a held subject stay, and nobody is told.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, or_, select, update

from storage.connection import Connection
from storage.held import held_subject
from storage.interviews import KEPT, OPEN, Draft, as_draft
from storage.tables import conversation, interview, outbox

KIND: Final = "ending_drafts"
"""The message of the outbox that tells of them."""

AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class DraftTerm:
    """How long a draft is kept after its last answer, and how long before it goes its person is
    told."""

    kept: timedelta = timedelta(days=7)
    notice: timedelta = timedelta(days=2)


USUAL: Final = DraftTerm()


class EndingDrafts:
    """Finds drafts that end, and keeps who was told of them. For the machine itself."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def untold(self, term: DraftTerm, now: datetime) -> Mapping[int, Sequence[str]]:
        """The ids of some drafts that end soon and of which nobody was told, by account."""
        one = interview.c
        soon = one.updated_at <= now - term.kept + term.notice
        told = and_(one.told_at.is_not(None), one.told_at > one.updated_at)
        query = select(one.account_id, one.id).where(_DRAFT, soon, ~told, ~_held())
        rows = await self._connection.execute(
            query.order_by(one.account_id, one.updated_at).limit(AT_ONCE)
        )
        by_account = groupby(rows.all(), lambda row: row.account_id)
        return {account: [row.id for row in some] for account, some in by_account}

    async def tell(self, ids: Collection[str], now: datetime) -> None:
        """Their person is told now."""
        told = update(interview).where(interview.c.id.in_(ids))
        await self._connection.execute(told.values(told_at=now))

    async def still(self, account_id: int, ids: Collection[str]) -> Sequence[Draft]:
        """Those of an account's drafts that it has not gone on with since it was to be told, the
        latest first."""
        one = interview.c
        query = select(one.id, one.form_sha256, one.facts, one.updated_at, one.corrects).where(
            _DRAFT, one.id.in_(ids), one.account_id == account_id, one.told_at > one.updated_at
        )
        rows = await self._connection.execute(query.order_by(one.updated_at.desc()))
        return [as_draft(row._mapping) for row in rows]


def over(term: DraftTerm, now: datetime) -> ColumnElement[bool]:
    """A condition on `interview`: it is a draft whose time is over, and its person knows."""
    one = interview.c
    on_its_way = exists().where(
        outbox.c.conversation_id == conversation.c.id,
        conversation.c.account_id == one.account_id,
        outbox.c.state == "queued",
        outbox.c.kind == KIND,
    )
    known = and_(one.told_at > one.updated_at, one.told_at <= now - term.notice)
    return and_(_DRAFT, one.updated_at < now - term.kept, known, ~on_its_way, ~_held())


_DRAFT: Final = or_(interview.c.status == OPEN, interview.c.status == KEPT)


def _held() -> ColumnElement[bool]:
    return held_subject(interview.c.subject_kind, interview.c.subject_id)
