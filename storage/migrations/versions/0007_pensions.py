"""Pension accounts, proxies, tries to prove who one is, and what residents ask"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AREA_CODE = sa.String(32).with_variant(sa.String(32, collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("invite", sa.Column("proxy_id", SERIAL))
    op.create_table(
        "attempt",
        sa.Column("key", sa.String(length=48), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.Column("locked_until", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_attempt")),
    )
    op.create_index(op.f("ix_attempt_last_at"), "attempt", ["last_at"], unique=False)
    op.create_table(
        "pension_import",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("told_at", INSTANT, nullable=True),
        sa.Column("reached", SERIAL, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pension_import")),
    )
    op.create_table(
        "pension_account",
        sa.Column("person_id", SERIAL, nullable=False),
        sa.Column("import_id", SERIAL, nullable=False),
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("region", AREA_CODE, nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["pension_import.id"], name=op.f("fk_pension_account_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_pension_account_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "import_id", name=op.f("pk_pension_account")),
    )
    op.create_index(
        "ix_pension_account_import_id", "pension_account", ["import_id", "person_id"], unique=False
    )
    op.create_table(
        "pension_benefit",
        sa.Column("person_id", SERIAL, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("import_id", SERIAL, nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["pension_import.id"], name=op.f("fk_pension_benefit_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_pension_benefit_person_id")
        ),
        sa.PrimaryKeyConstraint(
            "person_id", "first_day", "import_id", name=op.f("pk_pension_benefit")
        ),
    )
    op.create_index("ix_pension_benefit_import_id", "pension_benefit", ["import_id"], unique=False)
    op.create_table(
        "pension_certification",
        sa.Column("person_id", SERIAL, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("import_id", SERIAL, nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["pension_import.id"], name=op.f("fk_pension_certification_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_pension_certification_person_id")
        ),
        sa.PrimaryKeyConstraint(
            "person_id", "day", "import_id", name=op.f("pk_pension_certification")
        ),
    )
    op.create_index(
        "ix_pension_certification_import_id",
        "pension_certification",
        ["import_id", "person_id"],
        unique=False,
    )
    op.create_table(
        "pension_contribution",
        sa.Column("person_id", SERIAL, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("first_month", sa.Integer(), nullable=False),
        sa.Column("import_id", SERIAL, nullable=False),
        sa.Column("last_month", sa.Integer(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["pension_import.id"], name=op.f("fk_pension_contribution_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_pension_contribution_person_id")
        ),
        sa.PrimaryKeyConstraint(
            "person_id", "year", "first_month", "import_id", name=op.f("pk_pension_contribution")
        ),
    )
    op.create_index(
        "ix_pension_contribution_import_id", "pension_contribution", ["import_id"], unique=False
    )
    op.create_table(
        "pension_notice",
        sa.Column("person_id", SERIAL, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_pension_notice_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "kind", "day", name=op.f("pk_pension_notice")),
    )
    op.create_table(
        "proxy",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("person_id", SERIAL, nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("relation", sa.String(length=16), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("consent_at", INSTANT, nullable=False),
        sa.Column("consent_by", SERIAL, nullable=False),
        sa.Column("conversation_id", SERIAL, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["consent_by"], ["account.id"], name=op.f("fk_proxy_consent_by")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_proxy_conversation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_proxy_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proxy")),
    )
    op.create_index(op.f("ix_proxy_conversation_id"), "proxy", ["conversation_id"], unique=False)
    op.create_index(op.f("ix_proxy_person_id"), "proxy", ["person_id"], unique=False)
    op.create_table(
        "resident_request",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("person_id", SERIAL, nullable=False),
        sa.Column("area_code", AREA_CODE, nullable=False),
        sa.Column("conversation_id", SERIAL, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("answered_by", SERIAL, nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["account.id"], name=op.f("fk_resident_request_answered_by")
        ),
        sa.ForeignKeyConstraint(
            ["area_code"], ["area.code"], name=op.f("fk_resident_request_area_code")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_resident_request_conversation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_resident_request_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident_request")),
    )
    op.create_index(
        "ix_resident_request_area_code_answered_at",
        "resident_request",
        ["area_code", "answered_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_resident_request_person_id"), "resident_request", ["person_id"], unique=False
    )
