"""The tables of webhooks: who is told of what, and what is on its way to them."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from storage.tables import AreaCode, Instant, Serial, _id, metadata
from storage.vault import SealedText

webhook = Table(
    "webhook",
    metadata,
    _id(),
    Column("name", String(32), nullable=False, unique=True),
    Column("url", SealedText("webhook.url"), nullable=False),  # may have a secret in it
    Column("secret", SealedText("webhook.secret"), nullable=False),
    Column("topics", String(64), nullable=False),  # with spaces between
    Column("area_code", AreaCode, ForeignKey("area.code")),  # None: everywhere
    Column("answers", Boolean, nullable=False),  # whether records go with what was answered
    Column("private", Boolean, nullable=False),  # whether the address may be within our own network
    Column("created_at", Instant, nullable=False),
    Column("looked_at", Instant, nullable=False),  # up to when news was queued
    Column("audit_seen", Serial, nullable=False),  # the entry of the audit up to which it was
    # Duties: the last one that was there before, and the one up to which was looked.
    Column("duties_from", Serial, nullable=False, server_default="0"),
    Column("duty_seen", Serial, nullable=False, server_default="0"),
    Column("failures", Integer, nullable=False, server_default="0"),  # of the receiver, in a row
    Column("rests_until", Instant),  # it is left alone so long
)

webhook_call = Table(
    "webhook_call",
    metadata,
    _id(),
    Column("webhook_id", ForeignKey("webhook.id"), nullable=False),
    Column("event", String(32), nullable=False),  # submission.created | obligation.overdue | …
    Column("thing", String(96), nullable=False),  # what happened to: read when it is sent
    Column("at", Instant, nullable=False),  # when it happened
    Column("state", String(12), nullable=False),  # queued | delivered | dead | gone
    Column("attempts", Integer, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("claimed_until", Instant),  # by a replica that is sending it
    Column("error", String(32)),
    Column("done_at", Instant),
    UniqueConstraint("webhook_id", "event", "thing"),
    Index("ix_webhook_call_state_done_at", "state", "done_at"),
)  # another index in storage/schema.py
