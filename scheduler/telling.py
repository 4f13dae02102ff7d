"""Queues what has a message of its own: at once what is urgent, the rest when it is convenient.

What comes to one person at one moment is one message. It is queued as an intention, the moment and
the person; what it says is read from the tables when it is sent, and by then it may be over, or the
person may be in the middle of an interview after all: then it waits again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Final

from core import measures
from scheduler.intents import AGAIN, OVERDUE, REMINDER, Intent
from scheduler.ladders import WORKER
from scheduler.manners import (
    LEFT_FOR,
    Manners,
    is_night,
    minute_of,
    morning_after,
    next_digest,
)
from storage.database import Database
from storage.policy import SYSTEM
from storage.priorities import DIGEST, THROUGH, URGENT
from storage.readers import Chat, Readers
from storage.reminders import DROPPED, RIDES, TOLD, UNHEARD, Reminders, Waiting
from storage.unit import UnitOfWork

LATE: Final = timedelta(hours=2)
"""What a tick finds so late, after an outage, rides in the digest if one is still to come."""

LISTED: Final = timedelta(days=6)
"""What is due within this is in a digest for sure, whatever the hour."""

_AT_A_TIME: Final = 100
_WAYS: Final = ("alone", "urgent")


async def tell(database: Database, zone: tzinfo, manners: Manners) -> int:
    """Queue what may go now; how many messages."""
    now, after, count = database.clock.now(), 0, 0
    due = (now, morning_after(now, zone)) if is_night(now, zone) else None
    while True:
        async with database.reading(SYSTEM, "tell") as uow:
            some = await Reminders(uow.connection).readers(after, _AT_A_TIME, due)
        for account in some:
            async with database.unit(SYSTEM, "tell") as uow:
                count += await _Telling(uow, zone, manners, account).run()
        if len(some) < _AT_A_TIME:
            return count
        after = some[-1]


class _Telling:
    """One account, in one transaction."""

    def __init__(self, uow: UnitOfWork, zone: tzinfo, manners: Manners, account: int) -> None:
        self._uow = uow
        self._zone = zone
        self._manners = manners
        self._account = account
        self._now = uow.now
        self._today = uow.now.astimezone(zone).date()
        self._reminders = Reminders(uow.connection)
        self._readers = Readers(uow.connection)

    async def run(self) -> int:
        """How many messages were queued."""
        waiting = await self._reminders.waiting(self._account, _WAYS)
        await self._settle([one for one in waiting if one.over], DROPPED)
        waiting = [one for one in waiting if not one.over]
        if not waiting:
            return 0
        chat = await self._readers.chat(self._account, self._now - LEFT_FOR)
        if chat is None:
            await self._settle(waiting, UNHEARD)
            return 0
        urgent = [one for one in waiting if one.how == "urgent"]
        alone = [one for one in waiting if one.how == "alone"]
        return await self._urgent(chat, urgent) + await self._alone(chat, alone)

    async def _urgent(self, chat: Chat, rungs: Sequence[Waiting]) -> int:
        count = await self._queue(chat, rungs, ("urgent",), through=True)
        if count:  # whatever is open then; nothing, if nothing is
            await self._uow.outbox.queue_kind(chat.id, AGAIN, {}, URGENT)
        return count

    async def _alone(self, chat: Chat, rungs: Sequence[Waiting]) -> int:
        told = await self._readers.told(self._account, self._today)
        if not told.digest:  # which is still to come today
            usual = minute_of(self._manners.digest_at)
            minute = usual if told.minute is None else told.minute
            next_one = next_digest(self._now, self._zone, minute)
            late = [one for one in rungs if self._late(one, next_one)]
            await self._leave_to_digest(late)
            rungs = [one for one in rungs if one not in late]
        pressing = [one for one in rungs if self._presses(one, chat)]
        held_up = chat.busy or is_night(self._now, self._zone)
        going = pressing if held_up else rungs
        if not going:
            return 0
        if told.alone >= self._manners.alone_a_day:
            await self._leave_to_digest(going)
            await self._readers.count(self._account, self._today, held=1)
            return 0
        return await self._queue(chat, going, ("alone",), through=bool(held_up))

    async def _leave_to_digest(self, rungs: Sequence[Waiting]) -> None:
        """Own duties are in the digest anyway; what others owe is told at its hour."""
        await self._settle([one for one in rungs if one.reader == WORKER], RIDES)
        others = [one for one in rungs if one.reader != WORKER]
        await self._reminders.defer(self._account, others)

    async def _queue(
        self, chat: Chat, rungs: Sequence[Waiting], ways: tuple[str, ...], *, through: bool
    ) -> int:
        """One message about a person's own duties, one about those that they oversee."""
        intent = Intent(self._account, self._now, ways, through)
        priority = URGENT if intent.urgent else THROUGH if through else DIGEST
        own = [one for one in rungs if one.reader == WORKER]
        others = [one for one in rungs if one.reader != WORKER]
        kinds = [kind for kind, some in ((REMINDER, own), (OVERDUE, others)) if some]
        for kind in kinds:
            await self._uow.outbox.queue_kind(chat.id, kind, intent.body(), priority)
            measures.REMINDERS.add(kind, ways[0])
        await self._settle(rungs, TOLD, self._now)
        if kinds:
            await self._readers.count(self._account, self._today, alone=len(kinds))
        return len(kinds)

    async def _settle(
        self, rungs: Sequence[Waiting], state: str, at: datetime | None = None
    ) -> None:
        await self._reminders.settle(self._account, rungs, state, at)

    def _late(self, one: Waiting, digest: datetime) -> bool:
        """Whether it was found too late to go alone, and is in a digest that comes in time."""
        can_wait = one.due <= self._now or one.due > digest
        listed = one.reader != WORKER or one.due <= self._now + LISTED
        return one.noted_at - one.at > LATE and can_wait and listed

    def _presses(self, one: Waiting, chat: Chat) -> bool:
        """Whether its deadline falls before what it would have to wait for."""
        end = self._now + LEFT_FOR if chat.busy else self._now
        if is_night(self._now, self._zone):
            end = max(end, morning_after(self._now, self._zone))
        return self._now < one.due <= end


async def still_fits(uow: UnitOfWork, zone: tzinfo, account: int, *, through: bool) -> bool:
    """Whether an account may be told something at the moment of sending."""
    if through:
        return True
    chat = await Readers(uow.connection).chat(account, uow.now - LEFT_FOR)
    return not (is_night(uow.now, zone) or (chat is not None and chat.busy))


async def put_off(uow: UnitOfWork, zone: tzinfo, intent: Intent, *, own: bool) -> None:
    """Let what a queued message was about wait again: the account's `own` duties, or those that it
    oversees. What was part of the message of the day comes by itself then: the day has had its
    digest."""
    await Reminders(uow.connection).untell(intent.account, intent.at, intent.ways, own=own)
    day = intent.at.astimezone(zone).date()
    if "alone" in intent.ways and day == uow.now.astimezone(zone).date():
        await Readers(uow.connection).count(intent.account, day, alone=-1)
