"""What workers put off, what they ask their supervisors, and days to which visits are moved"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AREA_CODE = sa.String(32).with_variant(sa.String(32, collation="C"), "postgresql")
WAITING = sa.text("decided_at IS NULL")


def upgrade() -> None:
    op.add_column("obligation", sa.Column("moved_to", sa.Date()))
    op.create_table(
        "snooze",
        sa.Column("obligation_id", SERIAL, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("account_id", SERIAL, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_snooze_account_id")),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_snooze_obligation_id")
        ),
        sa.PrimaryKeyConstraint("obligation_id", "n", name=op.f("pk_snooze")),
    )
    op.create_table(
        "request",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("area_code", AREA_CODE, nullable=False),
        sa.Column("obligation_id", SERIAL, nullable=False),
        sa.Column("account_id", SERIAL, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", SERIAL, nullable=True),
        sa.Column("decision", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_request_account_id")),
        sa.ForeignKeyConstraint(["area_code"], ["area.code"], name=op.f("fk_request_area_code")),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_request_obligation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
    )
    op.create_index(op.f("ix_request_obligation_id"), "request", ["obligation_id"], unique=False)
    op.create_index(
        "uq_request_waiting",
        "request",
        ["obligation_id"],
        unique=True,
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.create_index(
        "ix_request_waiting_area",
        "request",
        ["area_code", "asked_at"],
        unique=False,
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
