"""The tables of what a worker puts off, and of what they ask their supervisor to allow."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Integer, String, Table

from storage.tables import Instant, Serial, _area, _id, metadata
from storage.vault import SealedText

snooze = Table(  # an obligation that its worker has put off, the first time, the second …
    "snooze",
    metadata,
    Column("obligation_id", ForeignKey("obligation.id"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("until", Date, nullable=False),  # the day on which it is shown again
)

request = Table(  # what a worker asks about an obligation; one of each waits at a time
    "request",
    metadata,
    _id(),
    _area(),
    Column("obligation_id", ForeignKey("obligation.id"), nullable=False, index=True),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("kind", String(16), nullable=False),  # exempt | reschedule
    Column("reason", String(32), nullable=False),
    Column("note", SealedText("request.note")),
    Column("day", Date),  # to which it is to be moved
    Column("asked_at", Instant, nullable=False),
    Column("decided_at", Instant),
    Column("decided_by", Serial),
    Column("decision", String(16)),  # approved | refused | moot
)  # which of them wait is indexed in storage/schema.py
