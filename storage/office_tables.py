"""The tables of those who oversee: who is charged with which household, and reviewed records."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, String, Table, Text

from storage.tables import Instant, Serial, _id, metadata
from storage.vault import SealedText

charge = Table(  # who of a role has a household, where it is not whoever its area says
    "charge",
    metadata,
    Column("household_id", ForeignKey("household.id"), primary_key=True),
    Column("role", String(32), primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False, index=True),
    Column("since", Instant, nullable=False),
)

record_review = Table(  # what a supervisor said of a record, the last word only
    "record_review",
    metadata,
    Column("root_id", String(64), primary_key=True),
    Column("instance_id", String(64), nullable=False),  # the version that was looked at
    Column("decision", String(16), nullable=False),  # approved | returned
    Column("ref", Text),  # the question that is to be looked at again
    Column("reason", SealedText("record_review.reason")),
    Column("account_id", ForeignKey("account.id"), nullable=False),  # whose record it is
    Column("decided_by", ForeignKey("account.id"), nullable=False),
    Column("decided_at", Instant, nullable=False),
    Index("ix_record_review_account_id_decision", "account_id", "decision"),
)

review_word = Table(  # everything that was said of a record, one word after another
    "review_word",
    metadata,
    _id(),
    Column("root_id", String(64), nullable=False, index=True),
    Column("instance_id", String(64), nullable=False, index=True),
    Column("decision", String(16), nullable=False),
    Column("ref", Text),
    # under the name of the column that the first of these words were copied from
    Column("reason", SealedText("record_review.reason")),
    Column("decided_by", ForeignKey("account.id"), nullable=False),
    Column("decided_at", Instant, nullable=False),
)

nudge = Table(  # a duty that a supervisor has reminded of, once a day
    "nudge",
    metadata,
    Column("obligation_id", ForeignKey("obligation.id"), primary_key=True),
    Column("on_day", Date, primary_key=True),
    Column("nudged_by", ForeignKey("account.id"), nullable=False),
    Column("account_id", Serial),  # who was reminded
)
