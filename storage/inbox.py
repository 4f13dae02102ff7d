"""What has been handled, by idempotency key, and what waits to be handled again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from sqlalchemy import bindparam, or_, select, update

from core.messages import Inbound
from core.ports import Clock
from storage.connection import Connection
from storage.dialects import insert_if_new
from storage.policy import Actor
from storage.ready import Ready
from storage.tables import inbox

MAX_ATTEMPTS: Final = 3
IN_FLIGHT: Final = timedelta(seconds=30)


class Inbox:
    """Claims inbounds, so that each changes something once. Only the machine reads them again."""

    def __init__(self, connection: Connection, clock: Clock, actor: Actor) -> None:
        self._connection = connection
        self._clock = clock
        self._actor = actor

    async def claim(self, channel: str, key: str) -> bool:
        """Take an inbound for this step; False if it was handled before."""
        row = {
            "channel": channel,
            "key": key,
            "state": "done",
            "attempts": 0,
            "received_at": self._clock.now(),
        }
        if await _first(self._connection.dialect.name).run(self._connection, row):
            return True
        again = {"of_channel": channel, "of_key": key}
        return bool((await self._connection.execute(_CLAIM_AGAIN, again)).rowcount)

    async def set_aside(self, inbound: Inbound, error: str) -> bool:
        """Keep an inbound whose step failed; False once it has failed too often to be tried again.

        `error` names the kind of error and holds nothing that the person said.
        """
        key = (inbox.c.channel == inbound.channel) & (inbox.c.key == inbound.key)
        row = insert_if_new(self._connection.dialect.name, inbox, ["channel", "key"]).values(
            channel=inbound.channel,
            key=inbound.key,
            state="waiting",
            body=inbound.model_dump(mode="json"),
            attempts=0,
            received_at=self._clock.now(),
        )
        await self._connection.execute(row)
        done = await self._connection.execute(
            update(inbox)
            .where(key)
            .values(attempts=inbox.c.attempts + 1, error=error)
            .returning(inbox.c.attempts)
        )
        if done.scalar_one() < MAX_ATTEMPTS:
            return True
        await self._connection.execute(update(inbox).where(key).values(state="dead"))
        return False

    async def waiting(self) -> Sequence[Inbound]:
        """Inbounds to be tried again, oldest first. One that was never tried may just be on its
        way to its step, so it is left alone for a while. Raises PermissionError."""
        if not self._actor.everything:
            raise PermissionError("only the machine reads what waits")
        stuck = inbox.c.received_at < self._clock.now() - IN_FLIGHT
        query = (
            select(inbox.c.body)
            .where(inbox.c.state == "waiting", or_(inbox.c.attempts > 0, stuck))
            .order_by(inbox.c.received_at)
        )
        rows = await self._connection.execute(query)
        return [Inbound.model_validate(row.body) for row in rows]

    async def overtaken(self, inbound: Inbound, last_step: datetime) -> bool:
        """Give up an inbound that waits if its person made another step, at `last_step`, after it
        was set aside; whether that was so."""
        given_up = (
            update(inbox)
            .where(
                inbox.c.channel == inbound.channel,
                inbox.c.key == inbound.key,
                inbox.c.state == "waiting",
                inbox.c.received_at < last_step,
            )
            .values(state="dead", error="overtaken")
        )
        return bool((await self._connection.execute(given_up)).rowcount)


_CLAIM_AGAIN: Final = (
    update(inbox)
    .where(
        inbox.c.channel == bindparam("of_channel"),
        inbox.c.key == bindparam("of_key"),
        inbox.c.state == "waiting",
    )
    .values(state="done", body=None)
)


@cache
def _first(dialect: str) -> Ready:
    row = ("channel", "key", "state", "attempts", "received_at")
    return Ready(insert_if_new(dialect, inbox, ["channel", "key"]), *row)
