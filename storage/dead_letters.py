"""What was given up, on its way out or in, until an operator has seen to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select, true, update

from core.ports import Clock
from storage.areas import within
from storage.connection import Connection
from storage.inbox import OVERTAKEN, UNREAD
from storage.policy import Actor
from storage.tables import account, conversation, inbox, outbox


@dataclass(frozen=True, slots=True)
class DeadMessage:
    """A message that was given up, without its words and its address. `account` is the code of the
    member of staff whom it was for, None for anybody else; `since` is when it was queued (UTC)."""

    id: int
    channel: str
    account: str | None
    kind: str
    error: str
    attempts: int
    since: datetime


@dataclass(frozen=True, slots=True)
class DeadInbound:
    """An inbound that was given up, without what was said. `since` is when it came in (UTC)."""

    channel: str
    error: str
    attempts: int
    since: datetime


class DeadLetters:
    """Shows what failed for good, and queues messages again."""

    def __init__(self, connection: Connection, clock: Clock, actor: Actor) -> None:
        self._connection = connection
        self._clock = clock
        self._actor = actor

    async def messages(self, limit: int | None = None) -> Sequence[DeadMessage]:
        """The messages that were given up, the newest first, `limit` at most."""
        query = (
            select(
                outbox.c.id,
                conversation.c.channel,
                account.c.code,
                outbox.c.kind,
                outbox.c.error,
                outbox.c.attempts,
                outbox.c.created_at,
            )
            .join(conversation, outbox.c.conversation_id == conversation.c.id)
            .outerjoin(account, conversation.c.account_id == account.c.id)
            .where(outbox.c.state == "dead", self._of_my_staff())
            .order_by(outbox.c.id.desc())
            .limit(limit)
        )
        return [DeadMessage(*row) for row in await self._connection.execute(query)]

    async def inbounds(self, limit: int | None = None) -> Sequence[DeadInbound]:
        """The inbounds that were given up, the newest first, `limit` at most. They tell nothing of
        anybody, and of no area: only who looks after all of them sees them."""
        if not self._actor.everything:
            return []
        query = (
            select(inbox.c.channel, inbox.c.error, inbox.c.attempts, inbox.c.received_at)
            .where(inbox.c.state == "dead")
            .order_by(inbox.c.received_at.desc(), inbox.c.key)
            .limit(limit)
        )
        return [DeadInbound(*row) for row in await self._connection.execute(query)]

    async def retry(self, message_id: int | None = None) -> int:
        """Queue a message that was given up again, or all of them; how many that were."""
        again = (
            update(outbox)
            .where(outbox.c.state == "dead", outbox.c.conversation_id.in_(self._chats()))
            .values(
                state="queued",
                attempts=0,
                not_before=self._clock.now(),
                claimed_until=None,
                error=None,
                done_at=None,
            )
        )
        if message_id is not None:
            again = again.where(outbox.c.id == message_id)
        return (await self._connection.execute(again)).rowcount

    async def retry_inbounds(self) -> int:
        """Let the steps of inbounds that were given up be tried once more; how many those are. What
        nobody could read stays, and what its person went on without."""
        if not self._actor.everything:
            return 0
        again = (
            update(inbox)
            .where(
                inbox.c.state == "dead",
                inbox.c.body.is_not(None),
                inbox.c.error != OVERTAKEN,
                inbox.c.error.not_like(f"{UNREAD}%"),
            )
            .values(state="waiting")
        )
        return (await self._connection.execute(again)).rowcount

    def _of_my_staff(self) -> ColumnElement[bool]:
        """Whose messages are the actor's to look after: those to the staff of their area."""
        if self._actor.everything:
            return true()
        return within(account.c.area_code, self._actor.area or "~")

    def _chats(self) -> Select[tuple[int]]:
        joined = conversation.outerjoin(account, conversation.c.account_id == account.c.id)
        return select(conversation.c.id).select_from(joined).where(self._of_my_staff())
