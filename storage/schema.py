"""The whole schema: the tables, and the indexes over some of their rows.

The condition of such an index is an option of a dialect, and to know its options SQLAlchemy loads
the dialect. So these stand apart from the tables: who makes or compares a schema loads them, the
running program does not.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index, text

from storage import (
    audit_tables,
    hold_tables,
    import_tables,
    offer_tables,
    office_tables,
    pension_tables,
    token_tables,
    trust_tables,
    webhook_tables,
)
from storage.obligation_tables import departure, obligation, obligation_visit
from storage.offer_tables import county_form
from storage.push_tables import push
from storage.reminder_tables import reminder
from storage.request_tables import request
from storage.tables import metadata, outbox, submission

__all__ = [
    "audit_tables",
    "hold_tables",
    "import_tables",
    "metadata",
    "offer_tables",
    "office_tables",
    "pension_tables",
    "token_tables",
    "trust_tables",
    "webhook_tables",
]


def _queued(name: str, *columns: Column[int]) -> None:
    """An index over what the outbox has still to deliver."""
    only = text("state = 'queued'")
    Index(name, *columns, sqlite_where=only, postgresql_where=only)


_queued("ix_outbox_queued", outbox.c.conversation_id, outbox.c.id)
_queued("ix_outbox_queued_priority", outbox.c.priority, outbox.c.id)


def _open(name: str, *columns: Column[Any]) -> None:
    """An index over the obligations that are not ended."""
    only = text("ended IS NULL")
    Index(name, *columns, sqlite_where=only, postgresql_where=only)


_open("ix_obligation_open_account", obligation.c.account_id, obligation.c.due)
_open("ix_obligation_open_area", obligation.c.area_code, obligation.c.overdue)
_open(
    "ix_obligation_open_closes",
    *(obligation.c.closes, obligation.c.due, obligation.c.area_code, obligation.c.id),
)
_open("ix_obligation_open_household", obligation.c.household_id)
_open("ix_obligation_open_rung_at", obligation.c.rung_at)

_unsaid, _told = text("state = 'waiting'"), text("told_at IS NOT NULL")
Index(
    "ix_reminder_waiting",
    *(reminder.c.how, reminder.c.account_id),
    sqlite_where=_unsaid,
    postgresql_where=_unsaid,
)
Index(
    "ix_reminder_told",
    *(reminder.c.account_id, reminder.c.told_at),
    sqlite_where=_told,
    postgresql_where=_told,
)

_settled = text("settled")
Index(
    "ix_obligation_visit_settled",
    obligation_visit.c.obligation_id,
    sqlite_where=_settled,
    postgresql_where=_settled,
)

_pushed = text("state = 'queued'")
Index("ix_push_queued", push.c.target, push.c.id, sqlite_where=_pushed, postgresql_where=_pushed)

Index(
    "ix_webhook_call_queued",
    *(webhook_tables.webhook_call.c.webhook_id, webhook_tables.webhook_call.c.id),
    sqlite_where=_pushed,
    postgresql_where=_pushed,
)

_ended = text("ended_at IS NOT NULL")
Index(
    "ix_obligation_ended_at",
    obligation.c.ended_at,
    sqlite_where=_ended,
    postgresql_where=_ended,
)

_written = text("state != 'emptied'")
Index(
    "ix_submission_written",
    *(submission.c.form_id, submission.c.visit_date),
    sqlite_where=_written,
    postgresql_where=_written,
)

_waiting = text("decided_at IS NULL")
Index(
    "uq_request_waiting",
    request.c.obligation_id,
    unique=True,
    sqlite_where=_waiting,
    postgresql_where=_waiting,
)
Index(
    "ix_request_waiting_area",
    *(request.c.area_code, request.c.asked_at),
    sqlite_where=_waiting,
    postgresql_where=_waiting,
)

_unconfirmed = text("confirmed_at IS NULL")
Index(
    "ix_departure_waiting",
    departure.c.person_id,
    sqlite_where=_unconfirmed,
    postgresql_where=_unconfirmed,
)

_stands = text("state != 'replaced'")
Index(
    "uq_county_form_stands",
    *(county_form.c.area_code, county_form.c.form_id),
    unique=True,
    sqlite_where=_stands,
    postgresql_where=_stands,
)
