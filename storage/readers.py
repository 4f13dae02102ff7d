"""Whom reminders go to: in which chat, at which hour, and how often already today."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    update,
)

from storage.connection import Connection
from storage.dialects import upsert
from storage.interviews import OPEN
from storage.obligation_tables import obligation
from storage.ready import Ready
from storage.reminder_tables import reader, reminder
from storage.reminders import WAITS
from storage.tables import Instant, account, conversation, interview
from storage.unanswered import has_news

_AHEAD: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Staff:
    """An account that escalation may reach."""

    id: int
    role: str
    area_code: str


@dataclass(frozen=True, slots=True)
class Chat:
    """The chat that an account used last. It is `busy` while an interview is open in any of the
    account's chats that somebody went on with lately."""

    id: int
    busy: bool


@dataclass(frozen=True, slots=True)
class ToldToday:
    """How often an account was told something alone on a day, whether it had its digest, and the
    minute of the day from which on it gets one if it has one of its own."""

    alone: int = 0
    digest: bool = False
    minute: int | None = None


@dataclass(frozen=True, slots=True)
class Hour:
    """A moment as digests see it. Who has no hour of their own is told from the minute `usual` of
    the day on. What is due before `until` is worth a digest; an interview that nobody went on with
    since `left` is no hindrance."""

    now: datetime
    day: date
    minute: int
    usual: int
    until: datetime
    left: datetime


@dataclass(frozen=True, slots=True)
class Morning:
    """An account whose hour has come: its chat, whether it owes something, whether there is news
    for it as a supervisor (of duties: `oversees`; of what residents ask: `asked`), and how many
    messages were held back."""

    account_id: int
    chat_id: int
    busy: bool
    owes: bool
    oversees: bool
    asked: bool
    held: int


class Readers:
    """Reads and keeps how accounts are told."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def staff(self) -> list[Staff]:
        """Every active account."""
        query = select(account.c.id, account.c.role, account.c.area_code).where(account.c.active)
        return [Staff(*row) for row in await self._connection.execute(query)]

    async def chat(self, account_id: int, left: datetime) -> Chat | None:
        """Where an account is told; None if nowhere. An interview left before `left` is no more
        hindrance."""
        row = await _CHAT.first(self._connection, {"account": account_id, "left": left})
        return Chat(row["id"], bool(row["busy"])) if row else None

    async def told(self, account_id: int, day: date) -> ToldToday:
        """What an account was told on a day."""
        query = select(reader).where(reader.c.account_id == account_id)
        row = (await self._connection.execute(query)).first()
        if row is None:
            return ToldToday()
        alone = row.alone if row.alone_day == day else 0
        had = row.digest_day is not None and day <= row.digest_day <= day + _AHEAD
        return ToldToday(alone, had, row.minute)

    async def count(self, account_id: int, day: date, *, alone: int = 0, held: int = 0) -> None:
        """Count messages that go alone, or take them back, and those that are held back."""
        told = await self.told(account_id, day)
        row = {"account_id": account_id, "alone_day": day, "alone": max(told.alone + alone, 0)}
        changed = ["alone_day", "alone"]
        put = upsert(self._connection.dialect.name, reader, ["account_id"], changed)
        await self._connection.execute(put.values(row))
        if held:
            await self._connection.execute(
                update(reader)
                .where(reader.c.account_id == account_id)
                .values(held=reader.c.held + held)
            )

    # --- digests ---------------------------------------------------------------------------------

    async def mornings(self, hour: Hour, after: int, limit: int) -> list[Morning]:
        """Some accounts from above `after` that had no digest on the day though their hour has
        come, that have a chat, and for whom there is something to tell."""
        rows = await self._connection.execute(_mornings(hour, after, limit))
        return [Morning(**row._mapping) for row in rows]

    async def claim(self, accounts: Collection[int], day: date) -> set[int]:
        """Those of `accounts` that nobody else gave the day's digest: it is this transaction's."""
        if not accounts:
            return set()
        rows = [{"account_id": one, "digest_day": day, "held": 0} for one in accounts]
        put = upsert(
            self._connection.dialect.name,
            reader,
            ["account_id"],
            ["digest_day", "held"],
            where=_had_none(day),
        )
        done = await self._connection.execute(put.values(rows).returning(reader.c.account_id))
        return set(done.scalars())

    async def give_back(self, account_id: int, day: date, held: int) -> None:
        """The digest of a day could not be told. What it held back is for the next, even if a later
        day has had its own by now."""
        this = reader.c.digest_day == day
        left = case((this, None), else_=reader.c.digest_day)
        await self._connection.execute(
            update(reader)
            .where(reader.c.account_id == account_id)
            .values(digest_day=left, held=reader.c.held + held)
        )

    async def set_minute(self, account_id: int, minute: int | None) -> None:
        """Set the minute of the day of an account's digest; None: as the settings say."""
        put = upsert(self._connection.dialect.name, reader, ["account_id"], ["minute"])
        await self._connection.execute(put.values(account_id=account_id, minute=minute))


def _busy(account_id: Any, left: Any) -> ColumnElement[bool]:
    chats = conversation.alias("chats")
    return exists().where(
        chats.c.account_id == account_id,
        chats.c.updated_at > left,
        interview.c.conversation_id == chats.c.id,
        interview.c.status == OPEN,
    )


def _chat() -> Select[Any]:
    who = bindparam("account", type_=Integer)
    busy = select(_busy(who, bindparam("left", type_=Instant))).scalar_subquery()
    return (
        select(conversation.c.id, busy.label("busy"))
        .join(account, conversation.c.account_id == account.c.id)
        .where(conversation.c.account_id == who, account.c.active, conversation.c.reachable)
        .order_by(conversation.c.updated_at.desc())
        .limit(1)
    )


_CHAT: Final = Ready(_chat())


def _had_none(day: date) -> ColumnElement[bool]:
    """Whether an account has had no digest on a day, nor on the next: two clocks may differ by one.
    What stands further ahead was written by a clock that was wrong."""
    told = reader.c.digest_day
    return or_(told.is_(None), told < day, told > day + _AHEAD)


def _mornings(hour: Hour, after: int, limit: int) -> Select[Any]:
    known = account.outerjoin(reader, reader.c.account_id == account.c.id)
    chat = (
        select(conversation.c.id)
        .where(conversation.c.account_id == account.c.id, conversation.c.reachable)
        .order_by(conversation.c.updated_at.desc())
        .limit(1)
        .correlate(account)
        .scalar_subquery()
    )
    owed, news = obligation.c, reminder.c
    owes = exists().where(
        owed.account_id == account.c.id,
        owed.ended.is_(None),
        owed.due <= hour.until,
        owed.opens <= hour.now,
        or_(owed.closes.is_(None), owed.closes > hour.now),
    )
    asked = has_news(hour.now)
    oversees = exists().where(WAITS, news.how == "digest", news.account_id == account.c.id)
    return (
        select(
            account.c.id.label("account_id"),
            chat.label("chat_id"),
            _busy(account.c.id, hour.left).label("busy"),
            owes.label("owes"),
            oversees.label("oversees"),
            asked.label("asked"),
            func.coalesce(reader.c.held, 0).label("held"),
        )
        .select_from(known)
        .where(
            account.c.active,
            account.c.id > after,
            func.coalesce(reader.c.minute, hour.usual) <= hour.minute,
            _had_none(hour.day),
            exists().where(conversation.c.account_id == account.c.id, conversation.c.reachable),
            or_(owes, oversees, asked, reader.c.held > 0),
        )
        .order_by(account.c.id)
        .limit(limit)
    )
