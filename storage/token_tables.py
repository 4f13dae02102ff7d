"""The table of tokens that let programs in: Collect on a worker's phone, or a service."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, String, Table

from storage.tables import AreaCode, Instant, _id, metadata

api_token = Table(
    "api_token",
    metadata,
    _id(),
    Column("token_hash", String(32), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),  # collect | read
    Column("name", String(64), nullable=False),  # of the service; for collect the account's code
    Column("account_id", ForeignKey("account.id"), index=True),  # of collect only
    Column("area_code", AreaCode, ForeignKey("area.code"), nullable=False),
    Column("files", Boolean, nullable=False),  # whether it reads whole files of people
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("last_used_at", Instant),  # to the hour
    Column("revoked_at", Instant),
)
