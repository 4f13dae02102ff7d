"""The tables of those who oversee: who is charged with which household, reviewed records, and what
waits between two pages of the office."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, Text

from storage.tables import Instant, Serial, _id, metadata
from storage.vault import SealedBytes, SealedJson, SealedText

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

sent_file = Table(  # files that were sent to be looked at, for an hour: one of them or several
    "sent_file",
    metadata,
    Column("name", String(48), primary_key=True),  # nobody guesses it
    Column("seq", Integer, primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False, index=True),
    Column("file", SealedText("sent_file.file"), nullable=False),  # what the sender calls it
    Column("content", SealedBytes("sent_file.content"), nullable=False),
    Column("expires_at", Instant, nullable=False),
)

rule_trial = Table(  # visit rules that are tried out, and what came of it, for an hour
    "rule_trial",
    metadata,
    Column("name", String(48), primary_key=True),  # nobody guesses it
    Column("account_id", ForeignKey("account.id"), nullable=False, index=True),
    Column("what", SealedText("rule_trial.what"), nullable=False),  # a rule, or a file
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("state", String(8), nullable=False),  # running | done | failed
    Column("done", Integer, nullable=False),  # homes, of total
    Column("total", Integer, nullable=False),
    Column("found", SealedJson("rule_trial.found")),
    Column("touched_at", Instant, nullable=False),  # by the process that it runs in
    Column("expires_at", Instant, nullable=False),
)
