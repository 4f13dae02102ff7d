"""Every table. What is personal is sealed; in clear stand codes, areas, dates, tags and states.

Keys that will be partitioned begin with the area. Division codes nest by prefix (county 6 digits,
township 9, village 12, grid 15), so a subtree is a range of codes; the column sorts by bytes.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from storage.vault import SealedBytes, SealedJson, SealedText

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """A moment: aware UTC in Python, whatever the database keeps."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """With its zone on PostgreSQL; SQLite has none to keep."""
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


AreaCode = String(32).with_variant(String(32, collation="C"), "postgresql")
Serial = BigInteger().with_variant(Integer, "sqlite")
SubjectCode = String(16).with_variant(String(16, collation="C"), "postgresql")


def _id() -> Column[int]:
    return Column("id", Serial, primary_key=True, autoincrement=True)


def _area() -> Column[str]:
    return Column("area_code", AreaCode, ForeignKey("area.code"), nullable=False)


area = Table(
    "area",
    metadata,
    Column("code", AreaCode, primary_key=True),
    Column("level", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("parent", AreaCode, ForeignKey("area.code")),
)

account = Table(
    "account",
    metadata,
    _id(),
    Column("code", String(16), nullable=False, unique=True),
    Column("name", SealedText("account.name"), nullable=False),
    Column("role", String(32), nullable=False),
    _area(),
    Column("active", Boolean, nullable=False, default=True),
    Column("created_at", Instant, nullable=False),
    Index("ix_account_role_area_code", "role", "area_code"),
    Column("let_in_by", Serial),  # the account whose code its person came in by
)

invite = Table(
    "invite",
    metadata,
    Column("token_hash", String(32), primary_key=True),
    Column("account_id", ForeignKey("account.id")),
    Column("person_id", ForeignKey("person.id")),
    Column("proxy_id", Serial),  # of who is to act for somebody
    Column("issued_by", Serial),  # the account that handed it out; NULL: the operator
    Column("kind", String(16), nullable=False),  # messenger | web
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

household = Table(
    "household",
    metadata,
    _id(),
    _area(),
    Column("code", SubjectCode, nullable=False, unique=True),
    Column("address", SealedText("household.address")),
    Column("created_at", Instant, nullable=False),
    Index("ix_household_area_code_code", "area_code", "code"),
)

person = Table(
    "person",
    metadata,
    _id(),
    _area(),
    Column("code", SubjectCode, nullable=False, unique=True),
    Column("household_id", ForeignKey("household.id"), nullable=False, index=True),
    Column("name", SealedText("person.name"), nullable=False),
    Column("sex", String(1), nullable=False),
    Column("birth_date", Date, nullable=False),
    Column("id_number", SealedText("person.id_number")),
    Column("id_hash", String(32), unique=True),
    Column("phone", SealedText("person.phone")),
    Column("head", Boolean, nullable=False, default=False),
    Column("state", String(16), nullable=False, default="active"),  # active | moved | deceased
    Column("left_on", Date),  # the first day after a confirmed death or moving away
    Column("created_at", Instant, nullable=False),
    Index("ix_person_area_code_code", "area_code", "code"),
)

person_name = Table(  # keyed hashes of every beginning of a name and of its initials
    "person_name",
    metadata,
    Column("hash", String(32), primary_key=True),
    Column("person_id", ForeignKey("person.id"), primary_key=True, index=True),
)

person_tag = Table(
    "person_tag",
    metadata,
    Column("person_id", ForeignKey("person.id"), primary_key=True),
    Column("tag", String(40), primary_key=True),
    Column("since", Date, primary_key=True),
    Column("until", Date),
    Column("source", String(64), nullable=False),
    Column("ended_by", String(64)),  # the record that ended it, by its root
    Index("ix_person_tag_tag", "tag"),
)

conversation = Table(
    "conversation",
    metadata,
    _id(),
    Column("channel", String(16), nullable=False),
    Column("address_hash", String(32), nullable=False),
    Column("address", SealedText("conversation.address"), nullable=False),
    Column("account_id", ForeignKey("account.id"), index=True),
    Column("person_id", ForeignKey("person.id"), index=True),
    Column("language", String(8), nullable=False),
    Column("state", SealedJson("conversation.state"), nullable=False),
    Column("revision", Integer, nullable=False, default=0),
    Column("reachable", Boolean, nullable=False, default=True),
    Column("keyboard", Boolean, nullable=False, server_default="0"),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("channel", "address_hash"),
)

form = Table(
    "form",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("form_id", String(128), nullable=False),
    Column("version", String(64), nullable=False),
    Column("source_sha256", String(64), nullable=False),  # of the file that was handed in
    Column("titles", JSON, nullable=False),
    Column("offer", JSON, nullable=False),
    Column("state", String(16), nullable=False),  # published | replaced | retired
    Column("xform", LargeBinary, nullable=False),
    Column("attachments", JSON, nullable=False),  # name -> base64
    Column("compiled", SealedBytes("form.compiled")),  # sealed, so that nobody slips one in
    Column("privacy", JSON),  # what the author declares of the law; NULL: published before that
    Column("published_at", Instant, nullable=False),
    Index("ix_form_form_id_state", "form_id", "state"),
)

interview = Table(
    "interview",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("form_sha256", ForeignKey("form.sha256"), nullable=False),
    Column("subject_kind", String(16), nullable=False),  # household | person | none
    Column("subject_id", Serial),
    Column("status", String(16), nullable=False),  # open | kept | submitted | dropped
    Column("facts", SealedJson("interview.facts"), nullable=False),
    Column("state", SealedBytes("interview.state"), nullable=False),
    Column("alerts", JSON, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("updated_at", Instant, nullable=False),
    Column("corrects", String(64), index=True),  # the submission that it is to replace
    Column("as_of", Instant),  # what the rules of a correction read as now
    Column("told_at", Instant),  # when its person was told last that it will go
    Index("ix_interview_conversation_id_status", "conversation_id", "status"),
    Index("ix_interview_status", "status"),
    Index("ix_interview_account_id_status", "account_id", "status"),
)

submission = Table(
    "submission",
    metadata,
    Column("instance_id", String(64), primary_key=True),
    _area(),
    Column("form_id", String(128), nullable=False),
    Column("form_version", String(64), nullable=False),
    Column("form_sha256", ForeignKey("form.sha256"), nullable=False),
    Column("subject_kind", String(16), nullable=False),
    Column("subject_id", Serial),
    Column("subject_code", SubjectCode),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("visit_date", Date, nullable=False),
    Column("entered_at", Instant, nullable=False),
    Column("mode", String(32)),
    Column("outcome", String(32)),
    Column("deprecated_id", String(64)),
    Column("xml", SealedBytes("submission.xml"), nullable=False),
    Column("answers", SealedJson("submission.answers"), nullable=False),
    Column("root_id", String(64), index=True),  # of a correction: the first version
    Column("state", String(16), nullable=False, server_default="submitted"),  # | superseded
    Column("interview_id", String(16), index=True),  # what it was filled in by; may be gone
    Column("legal_basis", String(16)),  # statutory_duty | consent; NULL: from before it was kept
    Column("consent", String(32)),  # what was answered where consent was asked
    Index("ix_submission_area_code_visit_date", "area_code", "visit_date"),
    Index("ix_submission_subject_kind_subject_id", "subject_kind", "subject_id"),
    Index("ix_submission_form_id_entered_at", "form_id", "entered_at"),
    Index("ix_submission_account_id_entered_at", "account_id", "entered_at"),
    Index("ix_submission_entered_at", "entered_at", "instance_id"),
    Index("uq_submission_deprecated_id", "deprecated_id", unique=True),
)

media = Table(
    "media",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("key", String(160), nullable=False, unique=True),
    Column("name", SealedText("media.name"), nullable=False),
    Column("mime", String(128), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", SealedBytes("media.content"), nullable=False),
    Column("submission_id", String(64), index=True),
    Column("interview_id", String(16), index=True),  # in which it was sent; may be gone
    Column("created_at", Instant, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("key", String(96), primary_key=True),
    Column("state", String(8), nullable=False),  # done | waiting | dead
    Column("body", SealedJson("inbox.body")),  # the Inbound, while it waits; gone once handled
    Column("attempts", Integer, nullable=False, default=0),
    Column("error", Text),
    Column("received_at", Instant, nullable=False),
    Column("not_before", Instant),  # of one that waits for the messenger to be back
    Index("ix_inbox_state_received_at", "state", "received_at"),
)

outbox = Table(
    "outbox",
    metadata,
    _id(),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("kind", String(32), nullable=False),  # reply, or what a handler renders at delivery
    Column("body", SealedJson("outbox.body")),  # gone once delivered
    Column("slot", String(64)),
    Column("edits", String(64)),
    Column("priority", Integer, nullable=False),  # the smaller, the sooner
    Column("state", String(8), nullable=False),  # queued | sent | dead
    Column("attempts", Integer, nullable=False, default=0),
    Column("not_before", Instant, nullable=False),
    Column("claimed_until", Instant),  # by a replica that is delivering it
    Column("error", Text),
    Column("created_at", Instant, nullable=False),
    Column("done_at", Instant),
    Index("ix_outbox_state_done_at", "state", "done_at"),  # more of them in storage/schema.py
)

slot = Table(  # which message of the channel holds a reply that may be changed later
    "slot",
    metadata,
    Column("conversation_id", ForeignKey("conversation.id"), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("message", String(64), nullable=False),
)

web_session = Table(
    "web_session",
    metadata,
    Column("secret_hash", String(32), primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

web_event = Table(
    "web_event",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("address_hash", String(32), nullable=False),
    Column("key", String(160), nullable=False),
    Column("body", SealedJson("web_event.body"), nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("address_hash", "key"),
    Index("ix_web_event_address_hash_seq", "address_hash", "seq"),
)

lease = Table(  # what one process at a time may do, and which one that is
    "lease",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("holder", String(96), nullable=False),
    Column("until", Instant, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    _id(),
    Column("at", Instant, nullable=False),
    Column("account_id", Serial),
    Column("person_id", Serial),
    Column("role", String(32)),
    Column("channel", String(16), nullable=False),
    Column("purpose", String(64), nullable=False),
    Column("action", String(32), nullable=False),
    Column("object", String(256), nullable=False),
    Column("mac", String(32)),  # a keyed hash over all that; see storage/audit.py
    Index("ix_audit_object", "object"),
)
