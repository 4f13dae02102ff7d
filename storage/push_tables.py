"""The table of records on their way to another server."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from storage.tables import Instant, _id, metadata
from storage.vault import SealedBytes

push = Table(
    "push",
    metadata,
    _id(),
    Column("target", String(32), nullable=False),
    Column("instance_id", ForeignKey("submission.instance_id"), nullable=False),
    Column("root_id", String(64), nullable=False),
    Column("entered_at", Instant, nullable=False),  # the record's: a correction follows its former
    Column("state", String(12), nullable=False),  # queued | stored | duplicate | attention
    Column("attempts", Integer, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("claimed_until", Instant),  # by a replica that is sending it
    Column("error", String(32)),
    Column("xml", SealedBytes("push.xml")),  # where the target has other names: what was sent first
    Column("done_at", Instant),
    UniqueConstraint("target", "instance_id"),
    Index("ix_push_target_entered_at", "target", "entered_at"),
    Index("ix_push_target_root_id", "target", "root_id"),
)  # another index in storage/schema.py
