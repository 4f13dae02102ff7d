"""What was given up, on its way out or in, until an operator has seen to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from core.ports import Clock
from storage.connection import Connection
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

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

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
            .where(outbox.c.state == "dead")
            .order_by(outbox.c.id.desc())
            .limit(limit)
        )
        return [DeadMessage(*row) for row in await self._connection.execute(query)]

    async def inbounds(self, limit: int | None = None) -> Sequence[DeadInbound]:
        """The inbounds that were given up, the newest first, `limit` at most."""
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
            .where(outbox.c.state == "dead")
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
