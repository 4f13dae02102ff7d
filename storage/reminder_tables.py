"""The tables of what is told: which rungs have come for whom, and when somebody was told last.

What is queued for delivery stands in the outbox only when it may go. Until then it waits here, so
that nothing that waits for the morning keeps an answer from going out.
"""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Integer, String, Table

from storage.tables import Instant, Serial, metadata

NO_READER = 0
"""The account of a rung that nobody could be told of."""

reminder = Table(  # one rung of one obligation, the n-th time, for one reader
    "reminder",
    metadata,
    Column("obligation_id", ForeignKey("obligation.id"), primary_key=True),
    Column("rung", String(48), primary_key=True),  # of the ladder; with "up." of the escalation
    Column("n", Integer, primary_key=True),
    Column("account_id", Serial, primary_key=True),  # the reader, or NO_READER
    Column("at", Instant, nullable=False),  # when it was due
    Column("noted_at", Instant, nullable=False),  # when a tick found it
    Column("reader", String(32), nullable=False),  # worker | supervisor | a role
    Column("how", String(8), nullable=False),  # digest | alone | urgent
    Column("state", String(8), nullable=False),  # waiting | told | rides | dropped | unheard
    Column("told_at", Instant),  # the moment that all of one message have in common
)  # indexes in storage/schema.py

reader = Table(  # when an account is told, was told last, and how often today
    "reader",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("minute", Integer),  # of the day, for the digest; None: as the settings say
    Column("digest_day", Date),  # the day that has had its digest
    Column("alone_day", Date),  # the day of `alone`
    Column("alone", Integer, nullable=False, server_default="0"),
    Column("held", Integer, nullable=False, server_default="0"),  # since the last digest
    Column("asked_at", Instant),  # up to when it heard what residents ask for
)
