"""Webhooks: who is told of what, and how far that is. Only for the operator and the machine."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, insert, select, true, update

from core.ports import Clock
from storage.connection import Connection
from storage.obligation_tables import obligation
from storage.tables import audit
from storage.webhook_tables import webhook, webhook_call

QUEUED: Final = "queued"
DELIVERED: Final = "delivered"
DEAD: Final = "dead"  # tried often enough; it is not sent again by itself
GONE: Final = "gone"  # what it was about is not there any more, or was never of the area

TOPICS: Final = ("submissions", "obligations", "register")

CLAIM: Final = timedelta(minutes=2)
"""Longer than any call lasts: a call in hand is nobody else's for so long."""

LONGEST_PUT_OFF: Final = timedelta(hours=6)  # between two attempts

_SEEN: Final = (audit.c.id, obligation.c.id)
_KEPT: Final = timedelta(days=30)  # what was delivered
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Webhook:
    """Who is told. `area_code` None is everywhere; `answers`: records go with what was answered;
    `private`: the address may be one of our own network. Duties with an id up to `duties_from` are
    older than it. After failures it is left alone until `rests_until`."""

    id: int
    name: str
    url: str
    secret: str
    topics: tuple[str, ...]
    area_code: str | None
    answers: bool
    private: bool
    created_at: datetime
    looked_at: datetime
    audit_seen: int
    duties_from: int
    duty_seen: int
    failures: int
    rests_until: datetime | None


@dataclass(frozen=True, slots=True)
class Call:
    """Something that is to be told: `thing` is the id of what it happened to, `at` when."""

    id: int
    webhook_id: int
    event: str
    thing: str
    at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How many calls of a webhook are in a state, and the last error among them."""

    webhook_id: int
    state: str
    count: int
    error: str | None


@dataclass(frozen=True, slots=True)
class DeadCall:
    """What could not be told."""

    name: str
    event: str
    thing: str
    at: datetime
    attempts: int
    error: str


class Webhooks:
    """Keeps who is told, and the queue of what they are told."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    # --- who is told -----------------------------------------------------------------------------

    async def add(
        self,
        name: str,
        url: str,
        secret: str,
        topics: Collection[str],
        *,
        area: str | None = None,
        answers: bool = False,
        private: bool = False,
    ) -> bool:
        """Tell `url` of what happens from now on; False if the name is taken."""
        if await self.get(name) is not None:
            return False
        now = self._clock.now()
        newest = select(*(select(func.max(one)).scalar_subquery() for one in _SEEN))
        entry, duty = (await self._connection.execute(newest)).one()
        row: dict[str, object] = {"name": name, "url": url, "secret": secret}
        row["topics"] = " ".join(topics)
        row |= {"area_code": area, "answers": answers, "private": private}
        row |= {"created_at": now, "looked_at": now, "audit_seen": entry or 0}
        row |= {"duties_from": duty or 0, "duty_seen": duty or 0, "failures": 0}
        await self._connection.execute(insert(webhook).values(**row))
        return True

    async def all(self) -> Sequence[Webhook]:
        """Every webhook, by name."""
        rows = await self._connection.execute(select(webhook).order_by(webhook.c.name))
        return [_webhook(row._asdict()) for row in rows]

    async def get(self, name: str) -> Webhook | None:
        """The webhook of this name."""
        query = select(webhook).where(webhook.c.name == name)
        found = (await self._connection.execute(query)).first()
        return _webhook(found._asdict()) if found else None

    async def remove(self, name: str) -> bool:
        """Tell it nothing any more, and forget what it was told; False if there is none."""
        found = await self.get(name)
        if found is None:
            return False
        calls = delete(webhook_call).where(webhook_call.c.webhook_id == found.id)
        await self._connection.execute(calls)
        await self._connection.execute(delete(webhook).where(webhook.c.id == found.id))
        return True

    # --- what they are told ----------------------------------------------------------------------

    async def claim(self, webhook_id: int) -> Call | None:
        """The next call of a webhook, no other process's for `CLAIM`."""
        now, one = self._clock.now(), webhook_call.c
        first = (
            select(one.id)
            .where(one.webhook_id == webhook_id, one.state == QUEUED, one.not_before <= now)
            .where(one.claimed_until.is_(None) | (one.claimed_until <= now))
            .order_by(one.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        claimed = (
            update(webhook_call)
            .where(one.id.in_(first.scalar_subquery()))
            .values(claimed_until=now + CLAIM, attempts=one.attempts + 1)
            .returning(*(one[name] for name in Call.__dataclass_fields__))
        )
        found = (await self._connection.execute(claimed)).first()
        return Call(*found) if found else None

    async def done(self, call_id: int, state: str, error: str | None = None) -> None:
        """Nothing more is tried: `DELIVERED`, `DEAD` or `GONE`."""
        await self._settle(call_id, state=state, error=error, done_at=self._clock.now())

    async def later(self, call_id: int, error: str, until: datetime) -> None:
        """Try again at `until`."""
        await self._settle(call_id, error=error, not_before=until)

    async def failed(self, webhook_id: int, call_id: int, error: str) -> int:
        """The receiver is in trouble, whatever it is told; how many times in a row by now. The call
        waits for it as all others do."""
        await self._settle(call_id, error=error)
        one = webhook.c
        more = update(webhook).where(one.id == webhook_id).values(failures=one.failures + 1)
        failures: int = (await self._connection.execute(more.returning(one.failures))).scalar_one()
        return failures

    async def rest(self, webhook_id: int, until: datetime) -> None:
        """Leave a receiver alone until then."""
        resting = update(webhook).where(webhook.c.id == webhook_id).values(rests_until=until)
        await self._connection.execute(resting)

    async def recovered(self, webhook_id: int) -> None:
        """The receiver is well again."""
        well = update(webhook).where(webhook.c.id == webhook_id, webhook.c.failures > 0)
        await self._connection.execute(well.values(failures=0, rests_until=None))

    async def give_up(self, webhook_id: int, error: str, before: datetime) -> None:
        """All that waits since `before` or longer is dead."""
        one = webhook_call.c
        await self._connection.execute(
            update(webhook_call)
            .where(one.webhook_id == webhook_id, one.state == QUEUED, one.not_before <= before)
            .values(state=DEAD, error=error, done_at=self._clock.now(), claimed_until=None)
        )

    async def retry(self, name: str) -> int:
        """Send what is dead or waits again, at once; how many calls."""
        one = webhook_call.c
        of_name = select(webhook.c.id).where(webhook.c.name == name).scalar_subquery()
        awake = update(webhook).where(webhook.c.name == name)
        await self._connection.execute(awake.values(failures=0, rests_until=None))
        again = {"state": QUEUED, "attempts": 0, "error": None, "not_before": self._clock.now()}
        done = await self._connection.execute(
            update(webhook_call)
            .where(one.webhook_id == of_name, one.state.in_((QUEUED, DEAD)))
            .where(one.error.is_not(None))
            .values(again)
        )
        return done.rowcount

    async def standings(self) -> Sequence[Standing]:
        """How far every webhook is, by state."""
        one = webhook_call.c
        query = (
            select(one.webhook_id, one.state, func.count(), func.max(one.error))
            .group_by(one.webhook_id, one.state)
            .order_by(one.webhook_id, one.state)
        )
        return [Standing(*row) for row in await self._connection.execute(query)]

    async def dead(self, limit: int, names: Collection[str] | None = None) -> Sequence[DeadCall]:
        """What could not be told, the newest first, `limit` at most; to those of `names` alone, if
        there are any given."""
        one = webhook_call.c
        query = (
            select(webhook.c.name, one.event, one.thing, one.at, one.attempts, one.error)
            .join(webhook, one.webhook_id == webhook.c.id)
            .where(one.state == DEAD, true() if names is None else webhook.c.name.in_(names))
            .order_by(one.id.desc())
            .limit(limit)
        )
        return [DeadCall(*row) for row in await self._connection.execute(query)]

    async def purge(self) -> int:
        """Delete what was delivered long ago, some rows at a time; how many went."""
        one, before = webhook_call.c, self._clock.now() - _KEPT
        old = select(one.id).where(one.state.in_((DELIVERED, GONE)), one.done_at < before)
        some = old.limit(_AT_ONCE).scalar_subquery()
        done = await self._connection.execute(delete(webhook_call).where(one.id.in_(some)))
        return done.rowcount

    async def _settle(self, call_id: int, **values: object) -> None:
        await self._connection.execute(
            update(webhook_call)
            .where(webhook_call.c.id == call_id)
            .values(claimed_until=None, **values)
        )


def _webhook(row: Mapping[str, Any]) -> Webhook:
    return Webhook(**{**row, "topics": tuple(row["topics"].split())})
