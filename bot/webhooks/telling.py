"""Queues what happened, and tells it, webhook by webhook, one call at a time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from typing import Final

import aiohttp

from bot.webhooks.caller import call, session_for
from bot.webhooks.content import content
from bot.webhooks.signing import headers
from core.log import log
from storage.database import Database
from storage.policy import SYSTEM
from storage.unit import UnitOfWork
from storage.webhook_news import AT_ONCE, PLACES
from storage.webhooks import DEAD, DELIVERED, GONE, LONGEST_PUT_OFF, Call, Webhook

ATTEMPTS: Final = 12
"""After so many, about fifteen hours, a call is dead until somebody asks for it again. Failures of
the receiver count for all that waits together."""

_FIRST: Final = timedelta(seconds=30)
_PATIENCE: Final = timedelta(hours=11)  # no shorter than all attempts take at the least
_ITS_OWN: Final = frozenset({"refused"})  # another call may fare better

Enlist = Callable[[UnitOfWork], Awaitable[int]]


class Teller:
    """Tells all webhooks side by side. Doing it twice tells nothing twice, and several replicas may
    do it at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def tell(self, hooks: Sequence[Webhook]) -> None:
        """Queue what happened, and send everything whose time has come."""
        for one in hooks:
            await self._look(one)
        await asyncio.gather(*(self._supply(one) for one in hooks))
        async with self._database.unit(SYSTEM, "webhooks") as uow:
            await uow.webhooks.purge()

    # --- what happened ---------------------------------------------------------------------------

    async def _look(self, hook: Webhook) -> None:
        now = self._database.clock.now()
        async with self._database.reading(SYSTEM, "webhooks") as uow:
            entry, duty = await uow.news.newest_entry(), await uow.news.newest_duty()
            wanted = "obligations" in hook.topics
            places = await uow.news.places(hook) if wanted else ()
        if "submissions" in hook.topics:
            await self._enlist(lambda uow: uow.news.submissions(hook))
        if "register" in hook.topics:
            await self._enlist(lambda uow: uow.news.changed(hook))
        if places:
            await self._enlist(lambda uow: uow.news.ended(hook))
            await self._enlist(lambda uow: uow.news.opened_overdue(hook))
        for first in range(0, len(places), PLACES):
            await self._enlist(partial(_overdue, hook, places[first : first + PLACES]))
        async with self._database.unit(SYSTEM, "webhooks") as uow:
            await uow.news.looked(hook, now, entry, duty)

    async def _enlist(self, enlist: Enlist) -> None:
        """Queue, some at a time, until there is no more."""
        count = AT_ONCE
        while count == AT_ONCE:
            async with self._database.unit(SYSTEM, "webhooks") as uow:
                count = await enlist(uow)
            await asyncio.sleep(0)  # the chat goes first

    # --- telling ---------------------------------------------------------------------------------

    async def _supply(self, hook: Webhook) -> None:
        if hook.rests_until is not None and hook.rests_until > self._database.clock.now():
            return
        async with AsyncExitStack() as stack:
            session: aiohttp.ClientSession | None = None
            while found := await self._claim(hook):
                if session is None:
                    session = await stack.enter_async_context(session_for(hook))
                if not await self._send(session, hook, found):
                    return

    async def _claim(self, hook: Webhook) -> Call | None:
        async with self._database.unit(SYSTEM, "webhooks") as uow:
            return await uow.webhooks.claim(hook.id)

    async def _send(self, session: aiohttp.ClientSession, hook: Webhook, one: Call) -> bool:
        """Make one call; whether it makes sense to go on with the next."""
        async with self._database.reading(SYSTEM, "webhooks") as uow:
            body = await content(uow, hook, one)
        if body is None:
            return await self._settled(hook, one, GONE)
        now = self._database.clock.now()
        signed = headers(hook.secret, f"msg_{hook.id}_{one.id}", now, body)
        error = await call(session, hook, body, signed)
        if not error:
            return await self._settled(hook, one, DELIVERED)
        log.warning("webhook failed", webhook=hook.name, error=error, attempt=one.attempts)
        if error not in _ITS_OWN:
            await self._rest(hook, one, error)
            return False
        if one.attempts >= ATTEMPTS:
            return await self._settled(hook, one, DEAD, error)
        async with self._database.unit(SYSTEM, "webhooks") as uow:
            await uow.webhooks.later(one.id, error, now + wait(one.attempts))
        return True

    async def _rest(self, hook: Webhook, one: Call, error: str) -> None:
        """Leave a receiver in trouble alone for a while; give up what waits for it too long."""
        now = self._database.clock.now()
        async with self._database.unit(SYSTEM, "webhooks") as uow:
            failures = await uow.webhooks.failed(hook.id, one.id, error)
            await uow.webhooks.rest(hook.id, now + wait(failures))
            if failures >= ATTEMPTS:
                await uow.webhooks.give_up(hook.id, error, now - _PATIENCE)

    async def _settled(self, hook: Webhook, one: Call, state: str, error: str = "") -> bool:
        async with self._database.unit(SYSTEM, "webhooks") as uow:
            await uow.webhooks.done(one.id, state, error or None)
            if state == DELIVERED:
                await uow.webhooks.recovered(hook.id)
                await uow.record("webhook", f"{hook.name}:{one.event}:{one.thing}")
        return True


async def _overdue(hook: Webhook, places: Sequence[str], uow: UnitOfWork) -> int:
    return await uow.news.overdue(hook, places)


def wait(attempts: int) -> timedelta:
    """How long to wait after so many attempts: each time about twice as long, and not for all at
    the same moment."""
    longest = min(_FIRST * (1 << min(attempts - 1, 20)), LONGEST_PUT_OFF)
    return longest * random.uniform(0.8, 1)
