"""The one message a day: who is owed one is queued it at their hour, or as soon as it fits.

A day that passed without one, in an outage, is not made up for: the next digest tells it all. Who
oversees others gets, at the same hour, one message about what has become overdue, and about what
residents ask for and nobody has answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from core import measures
from scheduler.intents import DIGEST, DIGEST_SLOT, OVERDUE, Day, Intent
from scheduler.manners import LEFT_FOR, Manners, is_night, minute_of
from scheduler.points import start_of
from storage import priorities
from storage.database import Database
from storage.policy import SYSTEM
from storage.readers import Hour, Morning, Readers
from storage.reminders import Reminders
from storage.unit import UnitOfWork

DAYS: Final = 7
"""What is due within so many days, today being the first, is worth a digest."""

_AT_A_TIME: Final = 50
"""Accounts that are looked through at once, which stops nobody."""

_QUEUED: Final = 3
"""Accounts whose messages are queued in one transaction, some 1 ms each."""

_WAYS: Final = ("digest",)


async def fill(database: Database, zone: tzinfo, manners: Manners) -> int:
    """Queue the digests whose hour has come; how many messages."""
    hour, count, after = _hour(database.clock.now(), zone, manners), 0, 0
    if is_night(hour.now, zone):
        return 0
    while True:
        async with database.reading(SYSTEM, "digests") as uow:
            some = await Readers(uow.connection).mornings(hour, after, _AT_A_TIME)
        free = [one for one in some if not one.busy]
        for first in range(0, len(free), _QUEUED):
            count += await _claim(database, free[first : first + _QUEUED], hour.day)
            await asyncio.sleep(0)
        if len(some) < _AT_A_TIME:
            return count
        after = some[-1].account_id


async def give_back(uow: UnitOfWork, day: Day) -> None:
    """Let a digest that was queued come later: the person is in the middle of something."""
    await Readers(uow.connection).give_back(day.account, day.day, day.held)


async def drop(uow: UnitOfWork, day: Day, within: timedelta) -> None:
    """There is nothing left to tell by a digest that was queued: what was held back `within` the
    last days is over, and is written down and counted as that."""
    if day.held:
        await Reminders(uow.connection).drop_over(day.account, uow.now - within)
    measures.REMINDERS.add(DIGEST, "over")


def _hour(now: datetime, zone: tzinfo, manners: Manners) -> Hour:
    local = now.astimezone(zone)
    return Hour(
        now=now,
        day=local.date(),
        minute=minute_of(local.time()),
        usual=minute_of(manners.digest_at),
        until=start_of(local.date() + timedelta(days=DAYS), zone),
        left=now - LEFT_FOR,
    )


async def _claim(database: Database, some: Sequence[Morning], day: date) -> int:
    """Queue what is for those whom nobody else has given the day's digest; how many messages."""
    mornings = {one.account_id: one for one in some}
    async with database.unit(SYSTEM, "digests", rank="last") as uow:
        mine = sorted(await Readers(uow.connection).claim(mornings, day))
        return sum([await _queue(uow, mornings[account], day) for account in mine])


async def _queue(uow: UnitOfWork, one: Morning, day: date) -> int:
    """Queue one person's messages of the day; how many."""
    count = 0
    if one.owes or one.held:
        body = Day(one.account_id, day, one.held).body()
        await uow.outbox.queue_kind(one.chat_id, DIGEST, body, priorities.DIGEST, slot=DIGEST_SLOT)
        measures.REMINDERS.add(DIGEST, "digest")
        count += 1
    if one.oversees or one.asked:
        await Reminders(uow.connection).tell_all(one.account_id, "digest", uow.now)
        intent = Intent(one.account_id, uow.now, _WAYS, through=False)
        await uow.outbox.queue_kind(one.chat_id, OVERDUE, intent.body(), priorities.DIGEST)
        measures.REMINDERS.add(OVERDUE, "digest")
        count += 1
    return count
