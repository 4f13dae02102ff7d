"""The table of legal holds: whose records are deleted for no reason of time."""

from __future__ import annotations

from sqlalchemy import Column, Table

from storage.tables import Instant, SubjectCode, metadata
from storage.vault import SealedText

hold = Table(
    "hold",
    metadata,
    Column("subject_code", SubjectCode, primary_key=True),  # of a household or a person
    Column("reason", SealedText("hold.reason"), nullable=False),
    Column("since", Instant, nullable=False),
)
