"""What waits to be delivered, by kind and channel, and the chats that pause; never what it says.

A chat pauses while its next message waits for another try: what stands behind it waits as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true

from storage.areas import within
from storage.connection import Connection
from storage.outbox_queries import QUEUED
from storage.policy import Actor
from storage.tables import account, conversation, outbox

_ADDRESSED: Final = outbox.join(
    conversation, outbox.c.conversation_id == conversation.c.id
).outerjoin(account, conversation.c.account_id == account.c.id)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many messages of a kind wait on a channel, and since when the first of them (UTC).
    `later` more are not meant to go before their hour."""

    channel: str
    kind: str
    n: int
    later: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Pause:
    """A chat whose next message is tried again at `until` (UTC), and `n` messages that wait there.
    `account` is the code of the member of staff, None for anybody else."""

    channel: str
    account: str | None
    n: int
    attempts: int
    until: datetime
    error: str


class WaitingMessages:
    """Reads what is in the actor's care: the messages to the staff of their area."""

    def __init__(self, connection: Connection, actor: Actor, now: datetime) -> None:
        if not actor.may_administer:
            raise PermissionError("only who administers reads what waits")
        self._connection = connection
        self._actor = actor
        self._now = now

    async def all(self) -> Sequence[Waiting]:
        """What waits, by channel and kind."""
        one = outbox.c
        due = or_(one.not_before <= self._now, one.attempts > 0)
        n = func.coalesce(func.sum(case((due, 1), else_=0)), 0)
        query = (
            select(
                conversation.c.channel,
                one.kind,
                n,
                func.count() - n,
                func.min(case((due, one.created_at))),
            )
            .select_from(_ADDRESSED)
            .where(QUEUED, self._of_my_staff())
            .group_by(conversation.c.channel, one.kind)
            .order_by(conversation.c.channel, one.kind)
        )
        return [Waiting(*row) for row in await self._connection.execute(query)]

    async def pauses(self, limit: int) -> tuple[Sequence[Pause], int]:
        """The chats that pause, those that go on last first, `limit` at most, and how many."""
        one = outbox.c
        tried = and_(one.attempts > 0, one.not_before > self._now)
        until = func.max(case((tried, one.not_before)))
        query = (
            select(
                conversation.c.channel,
                account.c.code,
                func.count(),
                func.max(case((tried, one.attempts))),
                until,
                func.coalesce(func.max(case((tried, one.error))), ""),
                func.count().over(),
            )
            .select_from(_ADDRESSED)
            .where(QUEUED, self._of_my_staff())
            .group_by(conversation.c.id, conversation.c.channel, account.c.code)
            .having(until.is_not(None))
            .order_by(until.desc(), conversation.c.id)
            .limit(limit)
        )
        rows = (await self._connection.execute(query)).all()
        return [Pause(*row[:-1]) for row in rows], rows[0][-1] if rows else 0

    def _of_my_staff(self) -> ColumnElement[bool]:
        if self._actor.everything:
            return true()
        return within(account.c.area_code, self._actor.area or "~")
