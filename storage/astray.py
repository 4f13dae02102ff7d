"""Moments that a clock wrote down while it was ahead, called back once it is right again.

Whatever is put off waits for a moment that is kept. If the machine's clock stands a day ahead, that
moment does too, and when the clock is set right it would be waited for. But nothing is put off for
longer than its kind ever is: what lies further ahead is due now, what somebody has in hand is
theirs for as long as that may last, and what is past lies at `now` at the latest. What is meant for
a later time (a notice that waits for the morning) is left alone, unless the wrong clock queued it:
then it is looked at again before it is sent, as always.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, and_, select, update

from storage import inbox as arrivals
from storage import outbox as deliveries
from storage import pushes, webhooks
from storage.connection import Connection
from storage.file_access import EMERGENCY_LASTS
from storage.invites import SESSION_LIFE, TOKEN_LIFE
from storage.leases import TERM
from storage.pension_tables import attempt
from storage.proofs import LOCKED
from storage.push_tables import push
from storage.reminder_tables import reader
from storage.tables import conversation, inbox, interview, invite, lease, outbox, web_session
from storage.trust_tables import file_opening
from storage.webhook_tables import webhook, webhook_call

LEEWAY: Final = timedelta(minutes=1)
"""By so much the clocks of several machines may differ."""

_NONE: Final = timedelta(0)


@dataclass(frozen=True, slots=True)
class _Kind:
    """A moment that lies ahead by `longest` at most, and by `left` once it is called back."""

    column: Column[Any]
    longest: timedelta
    left: timedelta = _NONE
    of: ColumnElement[bool] | None = None


def _kinds(now: datetime) -> Iterator[_Kind]:
    queued, waiting = outbox.c.state == "queued", inbox.c.state == "waiting"
    # Put off: due.
    wrong = outbox.c.created_at > now + LEEWAY
    yield _Kind(outbox.c.not_before, _NONE, of=and_(queued, wrong))
    tried = outbox.c.attempts > 0
    yield _Kind(outbox.c.not_before, deliveries.LONGEST_PUT_OFF, of=and_(queued, tried))
    yield _Kind(inbox.c.not_before, arrivals.LONGEST_PUT_OFF, of=waiting)
    for one, longest in ((push, pushes.LONGEST_PUT_OFF), (webhook_call, webhooks.LONGEST_PUT_OFF)):
        unsent = one.c.state == "queued"
        yield _Kind(one.c.not_before, _NONE, of=and_(unsent, one.c.attempts == 0))
        yield _Kind(one.c.not_before, longest, of=unsent)
    yield _Kind(webhook.c.rests_until, webhooks.LONGEST_PUT_OFF)
    # In somebody's hand, or locked: for as long as that may last.
    yield _Kind(outbox.c.claimed_until, *2 * (deliveries.LONGEST_CLAIM,), queued)
    yield _Kind(push.c.claimed_until, *2 * (pushes.CLAIM,))
    yield _Kind(webhook_call.c.claimed_until, *2 * (webhooks.CLAIM,))
    yield _Kind(lease.c.until, *2 * (TERM,))
    yield _Kind(attempt.c.locked_until, *2 * (LOCKED,))
    yield _Kind(file_opening.c.until, *2 * (EMERGENCY_LASTS,))
    for kind, life in TOKEN_LIFE.items():
        unused = and_(invite.c.kind == kind, invite.c.used_at.is_(None))
        yield _Kind(invite.c.expires_at, life, life, unused)
    yield _Kind(web_session.c.expires_at, SESSION_LIFE, SESSION_LIFE)
    # Past: no later than now.
    yield _Kind(attempt.c.last_at, _NONE)
    yield _Kind(conversation.c.updated_at, _NONE)
    yield _Kind(reader.c.asked_at, _NONE)
    yield _Kind(interview.c.told_at, _NONE)


async def call_back(connection: Connection, now: datetime) -> int:
    """Call back what lies further ahead than it may; how many moments."""
    found = await _call_inbounds_back(connection, now)
    for one in _kinds(now):
        astray = update(one.column.table).where(one.column > now + one.longest + LEEWAY)
        if one.of is not None:
            astray = astray.where(one.of)
        changed = await connection.execute(astray.values({one.column: now + one.left}))
        found += changed.rowcount
    return found


async def _call_inbounds_back(connection: Connection, now: datetime) -> int:
    """Inbounds are tried again in the order in which they came: all go back by the same span."""
    one = inbox.c
    ahead = select(one.channel, one.key, one.received_at).where(
        one.state == "waiting", one.received_at > now + LEEWAY
    )
    rows = (await connection.execute(ahead)).all()
    by = max((row.received_at for row in rows), default=now) - now
    for row in rows:
        which = update(inbox).where(one.channel == row.channel, one.key == row.key)
        await connection.execute(which.values(received_at=row.received_at - by))
    return len(rows)
