"""The tables of what changes the register from the office: imports, and single changes by hand."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table

from storage.tables import AreaCode, Instant, Serial, _id, metadata
from storage.vault import SealedBytes, SealedJson, SealedText

register_import = Table(  # a file of people; its content goes when it is in, or after a day
    "register_import",
    metadata,
    _id(),
    Column("area_code", AreaCode, ForeignKey("area.code")),  # all that it may change; None: all
    Column("account_id", ForeignKey("account.id")),  # who sent it; None: the operator
    Column("role", String(32), nullable=False),
    Column("name", SealedText("register_import.name"), nullable=False),
    Column("content", SealedBytes("register_import.content")),
    Column("ends_tags", Boolean, nullable=False),  # tags that a row leaves out end
    Column("state", String(16), nullable=False),  # see storage/register_imports.py
    Column("counts", JSON, nullable=False),
    Column("reached", Integer, nullable=False),  # chunks that are in
    Column("chunks", Integer, nullable=False),
    Column("kept", JSON, nullable=False),  # rows that stayed out; once undone, codes that stayed
    Column("sent_at", Instant, nullable=False),
    Column("touched_at", Instant, nullable=False),  # when the last chunk was written
    Column("applied_at", Instant),
    Column("undone_at", Instant),
    Column("undone_by", Serial),
    Column("confirmed_by", Serial),
    Column("acting_role", String(32)),  # of who confirmed it, then of who takes it back
    Column("tries", Integer, nullable=False, server_default="0"),  # at one chunk, that failed
    Index("ix_register_import_state", "state"),
)

register_import_change = Table(  # what a chunk changed, for as long as it can be taken back
    "register_import_change",
    metadata,
    Column("import_id", ForeignKey("register_import.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("changes", SealedJson("register_import_change.changes"), nullable=False),
)

register_edit = Table(  # somebody changed a person's classes or home, or where a household lives
    "register_edit",
    metadata,
    _id(),
    Column("subject_kind", String(16), nullable=False),
    Column("subject_id", Serial, nullable=False),
    Column("what", String(16), nullable=False),  # tags | household | area
    Column("detail", JSON, nullable=False),
    Column("reason", SealedText("register_edit.reason"), nullable=False),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_register_edit_subject_kind_subject_id", "subject_kind", "subject_id"),
)
