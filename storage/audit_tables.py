"""The table of seals: the chain in which entries of the audit stand."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table

from storage.tables import Serial, metadata

audit_seal = Table(
    "audit_seal",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=False),  # 1, 2, 3 … without a gap
    Column("audit_id", ForeignKey("audit.id"), nullable=False, unique=True),
    Column("chain", String(32), nullable=False),
)
