"""What other systems did not take: calls of webhooks and records handed on, for who administers.

They look after what is of their own area. A receiver that is told of everywhere is theirs where
they administer all of the deployment.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.ports import Clock
from storage.areas import keeps_all
from storage.connection import Connection
from storage.policy import Actor
from storage.pushes import Failure, Pushes
from storage.webhooks import DeadCall, Standing, Webhook, Webhooks


class Undelivered:
    """Shows receivers and what they did not take, and has it sent again."""

    def __init__(self, connection: Connection, clock: Clock, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor
        self._webhooks = Webhooks(connection, clock)
        self._pushes = Pushes(connection, clock)

    async def receivers(self) -> Sequence[Webhook]:
        """Who is told of the actor's area or of a part of it, by name."""
        everywhere = await keeps_all(self._connection, self._actor)
        return [
            one
            for one in await self._webhooks.all()
            if (everywhere if one.area_code is None else self._actor.covers(one.area_code))
        ]

    async def standings(self, receivers: Sequence[Webhook]) -> Sequence[Standing]:
        """How far these of the `receivers` are, by state."""
        mine = {one.id for one in receivers}
        return [one for one in await self._webhooks.standings() if one.webhook_id in mine]

    async def calls(self, limit: int) -> Sequence[DeadCall]:
        """What these receivers could not be told, the newest first, `limit` at most."""
        return await self._webhooks.dead(limit, [one.name for one in await self.receivers()])

    async def call_again(self, name: str) -> int:
        """Tell one of these receivers again, at once, what it did not take; how many calls."""
        mine = any(one.name == name for one in await self.receivers())
        return await self._webhooks.retry(name) if mine else 0

    async def records(self, limit: int) -> Sequence[Failure]:
        """Records that did not get to another server yet, the newest first, `limit` at most."""
        return await self._pushes.troubles(limit, self._root)

    async def push_again(self, target: str) -> int:
        """Send a server again, at once, what it did not take; how many records."""
        return await self._pushes.retry(target, self._root)

    @property
    def _root(self) -> str:
        return "" if self._actor.everything else self._actor.area or "~"
