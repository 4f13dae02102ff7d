"""Which records go to which other server, and how far that is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, exists, func, literal, select, update

from core.ports import Clock
from storage.areas import within
from storage.connection import Connection
from storage.dialects import insert_if_new
from storage.push_tables import push
from storage.tables import submission

QUEUED: Final = "queued"
STORED: Final = "stored"  # the server keeps it
DUPLICATE: Final = "duplicate"  # the server had it already
ATTENTION: Final = "attention"  # a person has to look; it is not sent again by itself

CLAIM: Final = timedelta(minutes=5)
"""Longer than any call lasts: a record in hand is nobody else's for so long."""

LONGEST_PUT_OFF: Final = timedelta(hours=6)  # between two attempts at a record

AT_ONCE: Final = 500
_OVERLAP: Final = timedelta(hours=1)
"""A record may be committed after another one that was entered later; never by so much."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A record to be sent: `xml` is what went out the first time, if that was written anew."""

    id: int
    instance_id: str
    root_id: str
    attempts: int
    xml: bytes | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How many records of a target are in a state."""

    target: str
    state: str
    count: int


@dataclass(frozen=True, slots=True)
class Failure:
    """A record that did not get there: `error` is one of the words of ``push.error``."""

    target: str
    instance_id: str
    state: str
    error: str
    attempts: int


class Pushes:
    """Keeps book of what other servers have been given."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    async def enlist(
        self, target: str, forms: Collection[str], since: datetime | None = None
    ) -> int:
        """Queue records of `forms` (empty: all), entered from `since` on, that are not in the book;
        how many, `AT_ONCE` at most. Only what was entered lately is looked at."""
        mark = (
            await self._connection.execute(
                select(func.max(push.c.entered_at)).where(
                    push.c.target == target,
                    push.c.entered_at <= self._clock.now(),  # none of a clock that was ahead
                )
            )
        ).scalar()
        known = exists().where(push.c.target == target, push.c.instance_id == _ID)
        query = select(
            literal(target),
            _ID,
            func.coalesce(submission.c.root_id, _ID),
            submission.c.entered_at,
            literal(QUEUED),
            literal(0),
            literal(self._clock.now(), push.c.not_before.type),
        ).where(~known)
        if forms:
            query = query.where(submission.c.form_id.in_(sorted(forms)))
        if since is not None:
            query = query.where(submission.c.entered_at >= since)
        if mark is not None:
            query = query.where(submission.c.entered_at >= mark - _OVERLAP)
        some = query.order_by(submission.c.entered_at, _ID).limit(AT_ONCE)
        row = insert_if_new(self._connection.dialect.name, push, ["target", "instance_id"])
        done = await self._connection.execute(row.from_select(_COLUMNS, some))
        return done.rowcount

    async def claim(self, target: str) -> Errand | None:
        """The next record for a target, no other process's for `CLAIM`. A correction waits until
        its former version has got there."""
        now = self._clock.now()
        former = push.alias()
        waits_for = exists().where(
            submission.c.instance_id == push.c.instance_id,
            former.c.target == push.c.target,
            former.c.instance_id == submission.c.deprecated_id,
            former.c.state.in_((QUEUED, ATTENTION)),
        )
        free = push.c.claimed_until.is_(None) | (push.c.claimed_until <= now)
        first = (
            select(push.c.id)
            .where(push.c.target == target, push.c.state == QUEUED, push.c.not_before <= now)
            .where(free, ~waits_for)
            .order_by(push.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        claimed = (
            update(push)
            .where(push.c.id.in_(first.scalar_subquery()))
            .values(claimed_until=now + CLAIM, attempts=push.c.attempts + 1)
            .returning(push.c.id, push.c.instance_id, push.c.root_id, push.c.attempts, push.c.xml)
        )
        found = (await self._connection.execute(claimed)).first()
        return Errand(*found) if found else None

    async def keep_xml(self, errand_id: int, xml: bytes) -> None:
        """Remember what is sent, so that every attempt sends the same bytes."""
        await self._connection.execute(update(push).where(push.c.id == errand_id).values(xml=xml))

    async def done(self, errand_id: int, state: str) -> None:
        """The server has it: `STORED` or `DUPLICATE`."""
        await self._settle(errand_id, state=state, error=None, done_at=self._clock.now(), xml=None)

    async def give_up(self, errand_id: int, error: str) -> None:
        """Wait for a person to look."""
        await self._settle(errand_id, state=ATTENTION, error=error)

    async def later(self, errand_id: int, error: str, until: datetime) -> None:
        """Try again at `until`."""
        await self._settle(errand_id, error=error, not_before=until)

    async def retry(self, target: str | None = None, area: str = "") -> int:
        """Send again, at once, what failed or waits, of records of `area` and below it; how many
        records."""
        where = self._failed(area)
        if target is not None:
            where.append(push.c.target == target)
        again = {"state": QUEUED, "attempts": 0, "error": None, "not_before": self._clock.now()}
        done = await self._connection.execute(update(push).where(*where).values(again))
        return done.rowcount

    async def standings(self) -> Sequence[Standing]:
        """How far every target is, by name and state."""
        query = (
            select(push.c.target, push.c.state, func.count())
            .group_by(push.c.target, push.c.state)
            .order_by(push.c.target, push.c.state)
        )
        return [Standing(*row) for row in await self._connection.execute(query)]

    async def troubles(self, limit: int, area: str = "") -> Sequence[Failure]:
        """What did not get there yet of `area` and below it, the newest first, `limit` at most."""
        query = (
            select(push.c.target, push.c.instance_id, push.c.state, push.c.error, push.c.attempts)
            .where(*self._failed(area))
            .order_by(push.c.id.desc())
            .limit(limit)
        )
        return [Failure(*row) for row in await self._connection.execute(query)]

    def _failed(self, area: str) -> list[ColumnElement[bool]]:
        where: list[ColumnElement[bool]] = [push.c.state.in_((QUEUED, ATTENTION))]
        where.append(push.c.error.is_not(None))
        if area:
            of_area = select(_ID).where(push.c.instance_id == _ID)
            where.append(of_area.where(within(submission.c.area_code, area)).exists())
        return where

    async def _settle(self, errand_id: int, **values: object) -> None:
        await self._connection.execute(
            update(push).where(push.c.id == errand_id).values(claimed_until=None, **values)
        )


_ID: Final = submission.c.instance_id
_COLUMNS: Final = [
    "target", "instance_id", "root_id", "entered_at", "state", "attempts", "not_before",
]  # fmt: skip
