"""What is to be delivered: queued in the transaction that made it, delivered after its commit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, and_, case, delete, func, insert, or_, select, update

from core.messages import Reply
from core.ports import Clock
from storage.connection import Connection
from storage.dialects import upsert
from storage.tables import account, conversation, outbox, slot

REPLY: Final = "reply"
URGENT: Final = 0
ANSWER: Final = 10
DIGEST: Final = 20  # what can wait for answers
CLAIM: Final = timedelta(minutes=2)  # longer than any delivery takes


@dataclass(frozen=True, slots=True)
class Parcel:
    """One queued message with its address. `kind` is ``reply`` (the body is a Reply) or names what
    a handler has to render. `replaces` is the channel's id of the message that fills the slot which
    this one edits."""

    id: int
    conversation_id: int
    channel: str
    address: str
    language: str
    kind: str
    body: dict[str, Any]
    slot: str | None
    edits: str | None
    attempts: int
    priority: int
    replaces: str | None


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


class Outbox:
    """Queues messages and keeps book of their delivery."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    async def queue(self, conversation_id: int, replies: Sequence[Reply]) -> None:
        """Queue `replies` for a conversation, in this order."""
        now = self._clock.now()
        rows = [
            {
                "conversation_id": conversation_id,
                "kind": REPLY,
                "body": reply.model_dump(mode="json", exclude_defaults=True),
                "slot": reply.slot,
                "edits": reply.edits,
                "priority": ANSWER,
                "state": "queued",
                "attempts": 0,
                "not_before": now,
                "created_at": now,
            }
            for reply in replies
        ]
        if rows:
            await self._connection.execute(insert(outbox), rows)

    async def queue_kind(
        self, conversation_id: int, kind: str, body: dict[str, Any], priority: int
    ) -> None:
        """Queue something that is rendered at delivery, in the reader's language."""
        now = self._clock.now()
        await self._connection.execute(
            insert(outbox).values(
                conversation_id=conversation_id,
                kind=kind,
                body=body,
                priority=priority,
                state="queued",
                attempts=0,
                not_before=now,
                created_at=now,
            )
        )

    async def heads(
        self, channels: Sequence[str], busy: Collection[int] = (), limit: int = 100
    ) -> Sequence[Parcel]:
        """The oldest queued message of each conversation, of those whose time has come and that no
        other process delivers; without the conversations in `busy`, the urgent first."""
        query = (
            self._oldest(None)
            .where(conversation.c.channel.in_(channels), outbox.c.conversation_id.not_in(busy))
            .order_by(outbox.c.priority, outbox.c.id)
            .limit(limit)
        )
        return [_parcel(row._mapping) for row in await self._connection.execute(query)]

    async def next_of(self, conversation_id: int) -> Parcel | None:
        """The oldest queued message of one conversation, if it may go now."""
        row = (await self._connection.execute(self._oldest(conversation_id))).first()
        return _parcel(row._mapping) if row else None

    def _oldest(self, conversation_id: int | None) -> Select[Any]:
        place = (
            func.row_number()
            .over(
                partition_by=outbox.c.conversation_id,
                order_by=(case((outbox.c.priority == URGENT, 0), else_=1), outbox.c.id),
            )
            .label("place")
        )
        queued = select(outbox.c.id, place).where(outbox.c.state == "queued")
        if conversation_id is not None:
            queued = queued.where(outbox.c.conversation_id == conversation_id)
        lines = queued.subquery()
        first = select(lines.c.id).where(lines.c.place == 1).subquery()
        filled = and_(
            slot.c.conversation_id == outbox.c.conversation_id, slot.c.name == outbox.c.edits
        )
        now = self._clock.now()
        return (
            select(
                outbox,
                conversation.c.channel,
                conversation.c.address,
                conversation.c.language,
                slot.c.message.label("replaces"),
            )
            .join(first, outbox.c.id == first.c.id)
            .join(conversation, outbox.c.conversation_id == conversation.c.id)
            .outerjoin(slot, filled)
            .where(
                outbox.c.not_before <= now,
                or_(outbox.c.claimed_until.is_(None), outbox.c.claimed_until <= now),
            )
        )

    async def claim(self, parcel: Parcel) -> bool:
        """Keep other processes from delivering this message for a while; False if one does already.

        A write on SQLite too: where the book can't be kept, nothing is sent again and again.
        """
        now = self._clock.now()
        mine = await self._connection.execute(
            update(outbox)
            .where(
                outbox.c.id == parcel.id,
                outbox.c.state == "queued",
                or_(outbox.c.claimed_until.is_(None), outbox.c.claimed_until <= now),
            )
            .values(claimed_until=now + CLAIM)
        )
        return bool(mine.rowcount)

    async def release(self) -> None:
        """Give up every claim: those of this process before it was killed. For a database that is
        one process's own."""
        await self._connection.execute(
            update(outbox).where(outbox.c.state == "queued").values(claimed_until=None)
        )

    async def next_due(
        self, channels: Sequence[str], busy: Collection[int] = ()
    ) -> datetime | None:
        """When the next queued message may go, or None if there is none."""
        query = (
            select(func.min(outbox.c.not_before))
            .join(conversation, outbox.c.conversation_id == conversation.c.id)
            .where(
                outbox.c.state == "queued",
                conversation.c.channel.in_(channels),
                outbox.c.conversation_id.not_in(busy),
            )
        )
        due: datetime | None = (await self._connection.execute(query)).scalar()
        return due

    async def sent(self, parcel: Parcel, message: str | None) -> None:
        """Keep book of a delivery; its words are forgotten."""
        await self._close(parcel.id, "sent", None)
        name = parcel.slot or parcel.edits
        if name and message and (parcel.slot or parcel.body.get("buttons")):
            statement = upsert(self._connection, slot, ["conversation_id", "name"], ["message"])
            await self._connection.execute(
                statement.values(conversation_id=parcel.conversation_id, name=name, message=message)
            )
        elif parcel.edits:  # changed for the last time
            await self._connection.execute(
                delete(slot).where(
                    slot.c.conversation_id == parcel.conversation_id, slot.c.name == parcel.edits
                )
            )

    async def later(self, parcel: Parcel, seconds: float, error: str) -> None:
        """Try again in `seconds`."""
        await self._connection.execute(
            update(outbox)
            .where(outbox.c.id == parcel.id)
            .values(
                attempts=parcel.attempts + 1,
                claimed_until=None,
                not_before=self._clock.now() + timedelta(seconds=seconds),
                error=error,
            )
        )

    async def dead(self, parcel: Parcel, error: str) -> None:
        """Give up; an operator sees it."""
        await self._close(parcel.id, "dead", error)

    async def all_dead(self, limit: int | None = None) -> Sequence[DeadMessage]:
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

    async def _close(self, parcel_id: int, state: str, error: str | None) -> None:
        values: dict[str, Any] = {"state": state, "error": error, "done_at": self._clock.now()}
        if state == "sent":
            values["body"] = None
        else:
            values["attempts"] = outbox.c.attempts + 1
        await self._connection.execute(
            update(outbox).where(outbox.c.id == parcel_id).values(**values)
        )


def _parcel(row: Any) -> Parcel:
    return Parcel(
        id=row["id"],
        conversation_id=row["conversation_id"],
        channel=row["channel"],
        address=row["address"],
        language=row["language"],
        kind=row["kind"],
        body=row["body"],
        slot=row["slot"],
        edits=row["edits"],
        attempts=row["attempts"],
        priority=row["priority"],
        replaces=row["replaces"],
    )
