"""Obligations, visits, and what rules are computed from"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AREA_CODE = sa.String(32).with_variant(sa.String(32, collation="C"), "postgresql")
OPEN = sa.text("ended IS NULL")


def upgrade() -> None:
    op.create_table(
        "opening",
        sa.Column("rule_id", sa.String(length=40), nullable=False),
        sa.Column("rule_region", AREA_CODE, nullable=False),
        sa.Column("period_key", sa.String(length=64), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("reached", SERIAL, nullable=False),
        sa.PrimaryKeyConstraint("rule_id", "rule_region", "period_key", name=op.f("pk_opening")),
    )
    op.create_table(
        "review",
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", SERIAL, nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("subject_kind", "subject_id", name=op.f("pk_review")),
    )
    op.create_index(op.f("ix_review_on_day"), "review", ["on_day"], unique=False)

    op.create_table(
        "subject_day",
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", SERIAL, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint(
            "subject_kind", "subject_id", "name", "day", name=op.f("pk_subject_day")
        ),
    )
    op.create_table(
        "tick_mark",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_tick_mark")),
    )
    op.create_table(
        "subject_event",
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", SERIAL, nullable=False),
        sa.Column("area_code", AREA_CODE, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("at", INSTANT, nullable=True),
        sa.Column("stated", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["area_code"], ["area.code"], name=op.f("fk_subject_event_area_code")
        ),
        sa.PrimaryKeyConstraint(
            "subject_kind", "subject_id", "area_code", "key", name=op.f("pk_subject_event")
        ),
    )
    op.create_table(
        "obligation",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("area_code", AREA_CODE, nullable=False),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", SERIAL, nullable=False),
        sa.Column("household_id", SERIAL, nullable=True),
        sa.Column("rule_id", sa.String(length=40), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("rule_region", AREA_CODE, nullable=False),
        sa.Column("period_key", sa.String(length=64), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("leaves_on", sa.Date(), nullable=True),
        sa.Column("opens", INSTANT, nullable=False),
        sa.Column("due_soon", INSTANT, nullable=False),
        sa.Column("due", INSTANT, nullable=False),
        sa.Column("overdue", INSTANT, nullable=False),
        sa.Column("closes", INSTANT, nullable=True),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("counts_until", sa.Date(), nullable=True),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("account_id", SERIAL, nullable=True),
        sa.Column("ended", sa.String(length=16), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("visit_root", sa.String(length=64), nullable=True),
        sa.Column("late_entry", sa.Boolean(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_obligation_account_id")
        ),
        sa.ForeignKeyConstraint(["area_code"], ["area.code"], name=op.f("fk_obligation_area_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligation")),
        sa.UniqueConstraint(
            "area_code",
            "subject_kind",
            "subject_id",
            "rule_id",
            "period_key",
            name="uq_obligation_identity",
        ),
    )
    op.create_index(
        "ix_obligation_open_account",
        "obligation",
        ["account_id", "due"],
        unique=False,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(
        "ix_obligation_open_area",
        "obligation",
        ["area_code", "overdue"],
        unique=False,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(
        "ix_obligation_open_closes",
        "obligation",
        ["closes"],
        unique=False,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(
        "ix_obligation_rule_id_period_key", "obligation", ["rule_id", "period_key"], unique=False
    )
    op.create_index(op.f("ix_obligation_visit_root"), "obligation", ["visit_root"], unique=False)

    op.create_table(
        "visit",
        sa.Column("root_id", sa.String(length=64), nullable=False),
        sa.Column("area_code", AREA_CODE, nullable=False),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", SERIAL, nullable=False),
        sa.Column("household_id", SERIAL, nullable=True),
        sa.Column("account_id", SERIAL, nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("form_id", sa.String(length=128), nullable=False),
        sa.Column("visit_date", sa.Date(), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("mode", sa.String(length=32), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_visit_account_id")),
        sa.ForeignKeyConstraint(["area_code"], ["area.code"], name=op.f("fk_visit_area_code")),
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_visit")),
    )
    op.create_index(
        "ix_visit_account_id_visit_date", "visit", ["account_id", "visit_date"], unique=False
    )
    op.create_index("ix_visit_household_id", "visit", ["household_id"], unique=False)
    op.create_index(
        "ix_visit_subject_kind_subject_id", "visit", ["subject_kind", "subject_id"], unique=False
    )

    op.create_table(
        "departure",
        sa.Column("person_id", SERIAL, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("root_id", sa.String(length=64), nullable=False),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("confirmed_by", SERIAL, nullable=True),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["account.id"], name=op.f("fk_departure_confirmed_by")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_departure_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_departure")),
    )
    op.create_table(
        "obligation_visit",
        sa.Column("obligation_id", SERIAL, nullable=False),
        sa.Column("root_id", sa.String(length=64), nullable=False),
        sa.Column("in_time", sa.Boolean(), nullable=False),
        sa.Column("late_entry", sa.Boolean(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_obligation_visit_obligation_id")
        ),
        sa.ForeignKeyConstraint(
            ["root_id"], ["visit.root_id"], name=op.f("fk_obligation_visit_root_id")
        ),
        sa.PrimaryKeyConstraint("obligation_id", "root_id", name=op.f("pk_obligation_visit")),
    )
    op.create_index(
        op.f("ix_obligation_visit_root_id"), "obligation_visit", ["root_id"], unique=False
    )

    op.create_table(
        "person_tier",
        sa.Column("person_id", SERIAL, nullable=False),
        sa.Column("tier", sa.String(length=40), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_tier_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "tier", "since", name=op.f("pk_person_tier")),
    )
    op.add_column("person", sa.Column("left_on", sa.Date(), nullable=True))
