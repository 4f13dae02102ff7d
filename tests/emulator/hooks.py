"""Posting to the bot's webhook: with its secret, several at a time, again until it says 200."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import Final

import aiohttp

from tests.emulator.world import Json, World

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
_AT_ONCE: Final = 8
_RETRY: Final = 0.03  # seconds; Telegram itself waits longer and longer


@dataclass(slots=True)
class Hooks:
    """What is posted. `answers` are the bot's statuses by update id, in order; `copies` is how many
    times each update is posted, side by side."""

    world: World
    answers: list[tuple[int, int]] = field(default_factory=list)
    copies: int = 1
    _held: bool = False
    _order: random.Random | None = None
    _in_hand: set[int] = field(default_factory=set)

    async def hold(self) -> None:
        """Post nothing for now."""
        self._held = True

    async def release(self, seed: int | None = None) -> None:
        """Post what was held; with a seed in any order, one after another."""
        self._held = False
        self._order = None if seed is None else random.Random(seed)
        await self.world.notify()

    async def run(self) -> None:
        """Post until cancelled."""
        async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
            while True:
                async with self.world.changed:
                    await self.world.changed.wait_for(lambda: bool(self._waiting()))
                update = self._next()
                self._in_hand.add(update["update_id"])
                group.create_task(self._deliver(session, update))

    def _waiting(self) -> list[Json]:
        """What may be posted now."""
        at_once = 1 if self._order else _AT_ONCE
        if self._held or not self.world.webhook.get("url") or len(self._in_hand) >= at_once:
            return []
        return [one for one in self.world.updates if one["update_id"] not in self._in_hand]

    def _next(self) -> Json:
        waiting = self._waiting()
        return self._order.choice(waiting) if self._order else waiting[0]

    async def _deliver(self, session: aiohttp.ClientSession, update: Json) -> None:
        posts = [self._post(session, update) for _ in range(self.copies)]
        statuses = await asyncio.gather(*posts)
        self.answers += [(update["update_id"], status) for status in statuses]
        if 200 in statuses:
            self.world.updates[:] = [one for one in self.world.updates if one is not update]
        else:
            self._complain(statuses[-1])
            await asyncio.sleep(_RETRY)
        self._in_hand.discard(update["update_id"])
        await self.world.notify()

    def _complain(self, status: int) -> None:
        if self.world.webhook:
            message = (
                f"Wrong response from the webhook: {status}" if status else "Connection refused"
            )
            when = int(self.world.now())
            self.world.webhook |= {"last_error_date": when, "last_error_message": message}

    async def _post(self, session: aiohttp.ClientSession, update: Json) -> int:
        """The status of the answer; 0 for none."""
        hook = self.world.webhook
        if not hook:
            return 0
        secret = {SECRET_HEADER: hook["secret_token"]} if hook["secret_token"] else {}
        try:
            async with session.post(hook["url"], json=update, headers=secret) as response:
                return response.status
        except aiohttp.ClientError:
            return 0
