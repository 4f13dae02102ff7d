"""Who is charged with which household, what was said of records, who was reminded"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "charge",
        sa.Column("household_id", SERIAL, nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("account_id", SERIAL, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_charge_account_id")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_charge_household_id")
        ),
        sa.PrimaryKeyConstraint("household_id", "role", name=op.f("pk_charge")),
    )
    op.create_index(op.f("ix_charge_account_id"), "charge", ["account_id"], unique=False)
    op.create_table(
        "record_review",
        sa.Column("root_id", sa.String(length=64), nullable=False),
        sa.Column("instance_id", sa.String(length=64), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=False),
        sa.Column("ref", sa.Text(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("account_id", SERIAL, nullable=False),
        sa.Column("decided_by", SERIAL, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_record_review_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_record_review_decided_by")
        ),
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_record_review")),
    )
    op.create_index(
        "ix_record_review_account_id_decision",
        "record_review",
        ["account_id", "decision"],
        unique=False,
    )
    op.create_table(
        "nudge",
        sa.Column("obligation_id", SERIAL, nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("nudged_by", SERIAL, nullable=False),
        sa.ForeignKeyConstraint(["nudged_by"], ["account.id"], name=op.f("fk_nudge_nudged_by")),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_nudge_obligation_id")
        ),
        sa.PrimaryKeyConstraint("obligation_id", "on_day", name=op.f("pk_nudge")),
    )
    op.create_index(
        "ix_obligation_area_code_last", "obligation", ["area_code", "last"], unique=False
    )
    op.create_index(
        "ix_obligation_visit_settled",
        "obligation_visit",
        ["obligation_id"],
        unique=False,
        sqlite_where=sa.text("settled"),
        postgresql_where=sa.text("settled"),
    )
    op.create_index(
        "ix_obligation_open_household",
        "obligation",
        ["household_id"],
        unique=False,
        sqlite_where=sa.text("ended IS NULL"),
        postgresql_where=sa.text("ended IS NULL"),
    )
    op.create_index(
        "ix_departure_waiting",
        "departure",
        ["person_id"],
        unique=False,
        sqlite_where=sa.text("confirmed_at IS NULL"),
        postgresql_where=sa.text("confirmed_at IS NULL"),
    )
