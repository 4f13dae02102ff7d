"""What has been handled, by idempotency key, and what waits to be handled again."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Insert,
    Update,
    and_,
    bindparam,
    or_,
    select,
    tuple_,
    update,
)

from core.messages import Inbound
from core.ports import Clock
from storage.connection import Connection
from storage.dialects import insert_if_new
from storage.policy import Actor
from storage.ready import Ready
from storage.tables import inbox

MAX_ATTEMPTS: Final = 3
IN_FLIGHT: Final = timedelta(seconds=30)
SHORTEST_PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PUT_OFF: Final = timedelta(minutes=75)  # where the messenger names a time
PATIENCE: Final = timedelta(days=1)  # with a messenger or a database that is in trouble
AT_ONCE: Final = 50  # that are tried again in one go
TAKEN: Final = timedelta(minutes=2)  # by a process that tries them again
UNTRIED: Final = timedelta(hours=2)
"""What should have been tried so long ago waited for us, not for the messenger: nothing ran, or the
clock jumped. That time does not wear its patience out."""
OVERTAKEN: Final = "overtaken"
UNREAD: Final = "unread"


@dataclass(frozen=True, slots=True)
class PutOff:
    """For how long an inbound has been waiting; `given_up` if that was too long."""

    waited: timedelta
    given_up: bool = False


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
        One that was handled or given up before stays so: True.

        `error` names the kind of error and holds nothing that the person said.
        """
        which = _waits(inbound)
        await self._keep(inbound)
        done = await self._connection.execute(
            update(inbox)
            .where(which)
            .values(attempts=inbox.c.attempts + 1, error=error, not_before=None)
            .returning(inbox.c.attempts)
        )
        attempts = done.scalar_one_or_none()
        if attempts is None or attempts < MAX_ATTEMPTS:
            return True
        await self._connection.execute(update(inbox).where(which).values(state="dead"))
        return False

    async def put_off(self, inbound: Inbound, error: str, after: float | None) -> PutOff | None:
        """Keep an inbound whose step has to wait for the messenger or the database, `after` seconds
        at least. None of its attempts is used up. None if it was handled or given up before."""
        await self._keep(inbound)
        now, which = self._clock.now(), _waits(inbound)
        since = await self._connection.execute(select(inbox.c.received_at).where(which))
        received_at = since.scalar_one_or_none()
        if received_at is None:
            return None
        waited: timedelta = now - received_at
        if waited > PATIENCE:
            given_up = update(inbox).where(which).values(state="dead", error=error)
            return PutOff(waited, True) if await self._changed(given_up) else None
        pause = max(min(waited / 2, LONGEST_PAUSE), SHORTEST_PAUSE, timedelta(seconds=after or 0))
        later = now + min(pause * random.uniform(1, 1.25), LONGEST_PUT_OFF)
        kept = update(inbox).where(which).values(error=error, not_before=later)
        return PutOff(waited) if await self._changed(kept) else None

    async def bury(
        self, channel: str, key: str, error: str, raw: Mapping[str, Any] | None = None
    ) -> None:
        """Give up what can't be set aside as an inbound, with what it was if that can be kept. The
        error of what nobody could read begins with `UNREAD`. What was handled stays handled."""
        await self._connection.execute(self._new(channel, key, None))
        given_up = {"state": "dead", "error": error, "attempts": inbox.c.attempts + 1}
        await self._connection.execute(
            update(inbox)
            .where(_is(channel, key), inbox.c.state != "done")
            .values(**given_up, body=dict(raw) if raw else None)
        )

    async def waiting(self) -> Sequence[Inbound]:
        """Some inbounds to be tried again, oldest first, and those that have to wait for the
        messenger after all others. One that was never tried may just be on its way to its step, so
        it is left alone for a while. Raises PermissionError."""
        if not self._actor.everything:
            raise PermissionError("only the machine reads what waits")
        query = (
            select(inbox.c.body)
            .where(self._due())
            .order_by(inbox.c.not_before.is_not(None), inbox.c.received_at)
            .limit(AT_ONCE)
        )
        rows = await self._connection.execute(query)
        return [Inbound.model_validate(row.body) for row in rows]

    async def take_waiting(self) -> Sequence[Inbound]:
        """Those of `waiting` that no other process has taken: they are this one's to try again for
        a while. Raises PermissionError."""
        found = await self.waiting()
        if not found:
            return []
        among = tuple_(inbox.c.channel, inbox.c.key).in_([(one.channel, one.key) for one in found])
        await self._forgive(among)
        free = (
            select(inbox.c.channel, inbox.c.key)
            .where(among, self._due())
            .with_for_update(skip_locked=True)
        )
        taken = await self._connection.execute(
            update(inbox)
            .where(tuple_(inbox.c.channel, inbox.c.key).in_(free))
            .values(not_before=self._clock.now() + TAKEN)
            .returning(inbox.c.channel, inbox.c.key)
        )
        mine = {(row.channel, row.key) for row in taken}
        return [one for one in found if (one.channel, one.key) in mine]

    async def _forgive(self, among: ColumnElement[bool]) -> None:
        """Count the time in which nobody tried them for nothing."""
        now = self._clock.now()
        columns = (inbox.c.channel, inbox.c.key, inbox.c.received_at, inbox.c.not_before)
        late = select(*columns).where(among, inbox.c.not_before < now - UNTRIED)
        for row in (await self._connection.execute(late)).all():
            same = and_(_is(row.channel, row.key), inbox.c.not_before == row.not_before)
            later = row.received_at + (now - row.not_before)
            await self._connection.execute(update(inbox).where(same).values(received_at=later))

    async def handled(self, channel: str, key: str) -> bool:
        """Whether an inbound, or what else was claimed by a key, is done with."""
        query = select(inbox.c.key).where(_is(channel, key), inbox.c.state == "done")
        return (await self._connection.execute(query)).first() is not None

    def _due(self) -> ColumnElement[bool]:
        now = self._clock.now()
        tried, stuck = inbox.c.attempts > 0, inbox.c.received_at < now - IN_FLIGHT
        at_any_time = and_(inbox.c.not_before.is_(None), or_(tried, stuck))
        return and_(inbox.c.state == "waiting", or_(at_any_time, inbox.c.not_before <= now))

    async def _changed(self, change: Update) -> bool:
        return bool((await self._connection.execute(change)).rowcount)

    async def _keep(self, inbound: Inbound) -> None:
        body = inbound.model_dump(mode="json")
        await self._connection.execute(self._new(inbound.channel, inbound.key, body))

    def _new(self, channel: str, key: str, body: dict[str, Any] | None) -> Insert:
        return insert_if_new(self._connection.dialect.name, inbox, ["channel", "key"]).values(
            channel=channel,
            key=key,
            state="waiting",
            body=body,
            attempts=0,
            received_at=self._clock.now(),
        )

    async def overtaken(self, inbound: Inbound, last_step: datetime) -> bool:
        """Give up an inbound that waits if its person made another step, at `last_step`, after it
        was set aside; whether that was so."""
        given_up = (
            update(inbox)
            .where(_waits(inbound), inbox.c.received_at < last_step)
            .values(state="dead", error=OVERTAKEN)
        )
        return await self._changed(given_up)


_CLAIM_AGAIN: Final = (
    update(inbox)
    .where(
        inbox.c.channel == bindparam("of_channel"),
        inbox.c.key == bindparam("of_key"),
        inbox.c.state == "waiting",
    )
    .values(state="done", body=None)
)


def _is(channel: str, key: str) -> ColumnElement[bool]:
    return and_(inbox.c.channel == channel, inbox.c.key == key)


def _waits(inbound: Inbound) -> ColumnElement[bool]:
    return and_(_is(inbound.channel, inbound.key), inbox.c.state == "waiting")


@cache
def _first(dialect: str) -> Ready:
    row = ("channel", "key", "state", "attempts", "received_at")
    return Ready(insert_if_new(dialect, inbox, ["channel", "key"]), *row)
