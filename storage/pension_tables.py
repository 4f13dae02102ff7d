"""The tables of pension accounts as an agency handed them in, and of who may look at whose.

Nothing is overwritten. Each import adds rows under its own number, and the newest import that was
finished is what stands; one that was cut off is never seen. Amounts are yuan as text, sealed.
"""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table

from storage.tables import AreaCode, Instant, Serial, _id, metadata
from storage.vault import SealedJson, SealedText


def _person() -> Column[int]:
    return Column("person_id", ForeignKey("person.id"), primary_key=True)


def _import() -> Column[int]:
    return Column("import_id", ForeignKey("pension_import.id"), primary_key=True)


pension_import = Table(
    "pension_import",
    metadata,
    _id(),
    Column("begun_at", Instant, nullable=False),
    Column("finished_at", Instant),  # None: cut off, or under way; its rows count for nothing
    Column("told_at", Instant),  # when the rules of visits were told what it brought
    Column("reached", Serial),  # how far that came: the last person's id
)

pension_account = Table(
    "pension_account",
    metadata,
    _person(),
    _import(),
    Column("scheme", String(16), nullable=False),  # resident | employee
    Column("region", AreaCode, nullable=False),
    Column("facts", SealedJson("pension_account.facts"), nullable=False),
    Index("ix_pension_account_import_id", "import_id", "person_id"),
)

pension_contribution = Table(
    "pension_contribution",
    metadata,
    _person(),
    Column("year", Integer, primary_key=True),
    Column("first_month", Integer, primary_key=True),
    _import(),
    Column("last_month", Integer, nullable=False),
    Column("facts", SealedJson("pension_contribution.facts"), nullable=False),
    Index("ix_pension_contribution_import_id", "import_id"),
)

pension_benefit = Table(  # what is paid a month from a day on
    "pension_benefit",
    metadata,
    _person(),
    Column("first_day", Date, primary_key=True),
    _import(),
    Column("facts", SealedJson("pension_benefit.facts"), nullable=False),
    Index("ix_pension_benefit_import_id", "import_id"),
)

pension_certification = Table(
    "pension_certification",
    metadata,
    _person(),
    Column("day", Date, primary_key=True),
    _import(),
    Column("way", String(16), nullable=False),
    Index("ix_pension_certification_import_id", "import_id", "person_id"),
)

proxy = Table(  # somebody acts for a person who agreed to it; a worker recorded that
    "proxy",
    metadata,
    _id(),
    Column("person_id", ForeignKey("person.id"), nullable=False, index=True),
    Column("name", SealedText("proxy.name"), nullable=False),  # of who acts
    Column("relation", String(16), nullable=False),
    Column("until", Date, nullable=False),  # the last day
    Column("consent_at", Instant, nullable=False),
    Column("consent_by", ForeignKey("account.id"), nullable=False),
    Column("conversation_id", ForeignKey("conversation.id"), index=True),  # once they came in
    Column("revoked_at", Instant),
)

attempt = Table(  # wrong tries to prove who one is, by keyed hashes of the chat and of the number
    "attempt",
    metadata,
    Column("key", String(48), primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("last_at", Instant, nullable=False, index=True),
    Column("locked_until", Instant),
)

resident_request = Table(  # what a resident asks a worker for, and the answer
    "resident_request",
    metadata,
    _id(),
    Column("person_id", ForeignKey("person.id"), nullable=False, index=True),
    Column("area_code", AreaCode, ForeignKey("area.code"), nullable=False),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("kind", String(16), nullable=False),  # visit | mistake
    Column("words", SealedText("resident_request.words")),
    Column("asked_at", Instant, nullable=False),
    Column("answered_at", Instant),
    Column("answered_by", ForeignKey("account.id")),
    Column("answer", SealedText("resident_request.answer")),
    Index("ix_resident_request_area_code_answered_at", "area_code", "answered_at"),
)

pension_notice = Table(  # what a resident was told by itself, so that it is told once
    "pension_notice",
    metadata,
    _person(),
    Column("kind", String(24), primary_key=True),  # certification | turning_sixty
    Column("day", Date, primary_key=True),  # the due day, or the birthday
    Column("at", Instant, nullable=False),
)
