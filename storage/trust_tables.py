"""The tables of trust: why somebody opened a file, and accounts that wait or rest."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, String, Table

from storage.tables import Instant, Serial, _id, metadata
from storage.vault import SealedText

file_opening = Table(
    "file_opening",
    metadata,
    _id(),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("subject_kind", String(16), nullable=False),  # household | person | none: a guess
    Column("subject_id", Serial, nullable=False),
    Column("purpose", String(16), nullable=False),  # visit | … | emergency
    Column("reason", SealedText("file_opening.reason")),  # of an emergency, as it was typed
    Column("on_day", Date, nullable=False),  # where the people live
    Column("opened_at", Instant, nullable=False),
    Column("until", Instant),  # of an emergency: when the file closes again
    Index("ix_file_opening_account_id_until", "account_id", "until"),
    Index("ix_file_opening_conversation_id_on_day", "conversation_id", "on_day"),
)

account_hold = Table(  # why an account that is not active may become so again
    "account_hold",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("kind", String(16), nullable=False),  # pending | suspended
    Column("by_account", Serial),  # who asked for it; NULL: the operator
    Column("at", Instant, nullable=False),
)
