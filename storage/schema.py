"""The whole schema: the tables, and the indexes over some of their rows.

The condition of such an index is an option of a dialect, and to know its options SQLAlchemy loads
the dialect. So these stand apart from the tables: who makes or compares a schema loads them, the
running program does not.
"""

from __future__ import annotations

from typing import Any, Final

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
from storage.webhook_tables import webhook_call

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


_QUEUED: Final = "state = 'queued'"
_OPEN: Final = "ended IS NULL"
_UNDECIDED: Final = "decided_at IS NULL"


def _some(name: str, rows: str, *columns: Column[Any], unique: bool = False) -> None:
    """An index over those rows of a table of which `rows` is so."""
    only = text(rows)
    Index(name, *columns, unique=unique, sqlite_where=only, postgresql_where=only)


_some("ix_outbox_queued", _QUEUED, outbox.c.conversation_id, outbox.c.id)
_some("ix_outbox_queued_priority", _QUEUED, outbox.c.priority, outbox.c.id)
_some("ix_push_queued", _QUEUED, push.c.target, push.c.id)
_some("ix_webhook_call_queued", _QUEUED, webhook_call.c.webhook_id, webhook_call.c.id)

_some("ix_obligation_open_account", _OPEN, obligation.c.account_id, obligation.c.due)
_some("ix_obligation_open_area", _OPEN, obligation.c.area_code, obligation.c.overdue)
_some(
    "ix_obligation_open_closes",
    _OPEN,
    *(obligation.c.closes, obligation.c.due, obligation.c.area_code, obligation.c.id),
)
_some("ix_obligation_open_household", _OPEN, obligation.c.household_id)
_some("ix_obligation_open_rung_at", _OPEN, obligation.c.rung_at)
_some("ix_obligation_missed_subject", "ended = 'missed'", obligation.c.subject_id)
_some("ix_obligation_worker", "subject_kind = 'worker'", obligation.c.subject_id)
_some("ix_obligation_ended_at", "ended_at IS NOT NULL", obligation.c.ended_at)
_some("ix_obligation_visit_settled", "settled", obligation_visit.c.obligation_id)

_some("ix_reminder_waiting", "state = 'waiting'", reminder.c.how, reminder.c.account_id)
_some("ix_reminder_told", "told_at IS NOT NULL", reminder.c.account_id, reminder.c.told_at)

_some(
    "ix_submission_written",
    "state != 'emptied'",
    *(submission.c.form_id, submission.c.visit_date),
)
_some("uq_request_waiting", _UNDECIDED, request.c.obligation_id, unique=True)
_some("ix_request_waiting_area", _UNDECIDED, request.c.area_code, request.c.asked_at)
_some("ix_departure_waiting", "confirmed_at IS NULL", departure.c.person_id)
_some(
    "uq_county_form_stands",
    "state != 'replaced'",
    *(county_form.c.area_code, county_form.c.form_id),
    unique=True,
)
