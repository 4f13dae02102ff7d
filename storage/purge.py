"""What nobody needs any more goes: keys of handled inbounds, delivered mail, ended sign-ins,
transcripts, abandoned drafts, guests of the web chat, files that belong to no record, and what
waited between two pages of the office.

A draft's files go when it goes. A subject's legal hold keeps both. Of records see
`storage.retention`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Table, and_, delete, exists, select, tuple_

from storage import guests
from storage.connection import Connection
from storage.ending_drafts import DraftTerm, over
from storage.held import held_subject
from storage.office_tables import rule_trial, sent_file
from storage.pension_tables import attempt
from storage.register_imports import expire
from storage.tables import (
    inbox,
    interview,
    invite,
    media,
    outbox,
    web_event,
    web_session,
)

HANDLED: Final = timedelta(days=3)
"""A messenger hands nothing over again after a day; Telegram may begin its numbers anew after a
quiet week, and an old key must not swallow a new message then."""
DELIVERED: Final = timedelta(days=7)
INVITES: Final = timedelta(days=30)
HANDED_OUT: Final = timedelta(days=7)
"""A copy of somebody's own data, which they have fetched by then."""
SHOWN: Final = timedelta(days=180)
"""A line of a web chat's transcript. A page keeps what it could not send for weeks, and its key has
to be known until then."""
TRIED: Final = timedelta(days=1)
DEAD: Final = timedelta(days=30)
"""What was given up, in and out. An operator has looked at it by then, or never will."""
DROPPED: Final = timedelta(days=1)
UPLOADS: Final = timedelta(days=90)
"""A file that became part of no record, and of which no draft is there."""
DRAWN: Final = timedelta(days=7)
"""A picture that the program made of its figures. It makes another one when it is asked."""

AT_ONCE: Final = 500
"""Rows of a kind that go in one transaction: people wait for no more than some milliseconds."""


async def purge(connection: Connection, now: datetime, drafts: DraftTerm) -> int:
    """Delete some of what is past its time; how many rows went. 0: nothing is left to be done."""
    gone = 0
    for table, past in _over(now, drafts):
        key = tuple_(*table.primary_key.columns)
        some = select(*table.primary_key.columns).where(past).limit(AT_ONCE)
        gone += (await connection.execute(delete(table).where(key.in_(some)))).rowcount
    return gone + await expire(connection, now, AT_ONCE) + await guests.forget(connection, now)


def _over(now: datetime, drafts: DraftTerm) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """What of which table is past its time."""
    state, received = inbox.c.state, inbox.c.received_at
    yield inbox, and_(state == "done", received < now - HANDLED)
    yield inbox, and_(state == "dead", received < now - DEAD)
    yield outbox, and_(outbox.c.state == "sent", outbox.c.done_at < now - DELIVERED)
    yield outbox, and_(outbox.c.state == "dead", outbox.c.created_at < now - DEAD)
    yield web_session, web_session.c.expires_at < now
    yield invite, invite.c.expires_at < now - INVITES
    yield media, and_(media.c.key.like("mydata:%"), media.c.created_at < now - HANDED_OUT)
    yield media, and_(media.c.key.like("table:%"), media.c.created_at < now - HANDED_OUT)
    yield media, and_(media.c.key.like("overview:%"), media.c.created_at < now - DRAWN)
    yield media, and_(_of_nothing(), media.c.created_at < now - UPLOADS)
    yield web_event, web_event.c.at < now - SHOWN
    yield sent_file, sent_file.c.expires_at < now
    yield rule_trial, rule_trial.c.expires_at < now
    yield attempt, attempt.c.last_at < now - TRIED
    status, changed = interview.c.status, interview.c.updated_at
    held = held_subject(interview.c.subject_kind, interview.c.subject_id)
    yield interview, and_(status == "dropped", changed < now - DROPPED, ~held)
    yield interview, over(drafts, now)
    yield media, and_(_of_nothing(), media.c.interview_id.is_not(None), ~_has_interview())


def _of_nothing() -> ColumnElement[bool]:
    """Files of no record, of no draft and of no form."""
    drafted = _has_interview(interview.c.status != "submitted")
    return and_(media.c.submission_id.is_(None), ~media.c.key.like("form:%"), ~drafted)


def _has_interview(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(interview.c.id == media.c.interview_id, *which)
