"""Shares end by themselves: no single visit meets one, so they are counted when they are due.

One that is reached then is done on time. One that is not stays open until it is settled, and is
counted once more: with the late visits it may be done late. What is not reached then is missed.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

from scheduler.coverage import share
from scheduler.ground import Ground
from scheduler.windows import State
from storage.coverage import Coverage, Share
from storage.database import Database
from storage.obligations import Obligations
from storage.policy import SYSTEM
from storage.unit import UnitOfWork

DUE_FOR: Final = timedelta(days=1)
"""For so long after it was due each tick counts a share. To count everybody of a township takes
some ms, so it is not done at each tick of a month."""


async def end_shares(database: Database, ground: Ground) -> int:
    """End the shares that are reached; how many. Doing it twice changes nothing."""
    rules = {rule.id for rule in ground.book.rules if rule.kind == "share"}
    if not rules:
        return 0
    async with database.reading(SYSTEM, "shares") as uow:
        counting = Coverage(uow.connection, uow.actor, uow.now)
        some = await counting.shares(rules, uow.now - DUE_FOR)
    count = 0
    for one in some:
        async with database.unit(SYSTEM, "shares", rank="last") as uow:
            end = await _end(uow, ground, one)
            if end is not None:
                await Obligations(uow.connection).end(one.id, end, uow.now)
                count += 1
        await asyncio.sleep(0)
    return count


async def _end(uow: UnitOfWork, ground: Ground, one: Share) -> State | None:
    """How a share ends by the visits that there are; None if it is not reached."""
    rule = ground.rule(one.rule_id, one.rule_version, one.rule_region)
    if rule is None or rule.share is None:
        return None
    counting = Coverage(uow.connection, uow.actor, uow.now)
    for until, end in ((one.due_on, State.DONE_ON_TIME), (one.until, State.DONE_LATE)):
        found = await share(counting, ground, rule, one.last, one.span(until))
        if found.done >= found.owed * rule.share:
            return end
    return None
