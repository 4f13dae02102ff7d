"""Which rungs have come for whom, and when somebody was told last"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def partial(name: str, table: str, columns: list[str], condition: str) -> None:
    only = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=only, postgresql_where=only)


def upgrade() -> None:
    op.create_table(
        "reminder",
        sa.Column("obligation_id", SERIAL, nullable=False),
        sa.Column("rung", sa.String(length=48), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("account_id", SERIAL, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("noted_at", INSTANT, nullable=False),
        sa.Column("reader", sa.String(length=32), nullable=False),
        sa.Column("how", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("told_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_reminder_obligation_id")
        ),
        sa.PrimaryKeyConstraint(
            "obligation_id", "rung", "n", "account_id", name=op.f("pk_reminder")
        ),
    )
    partial("ix_reminder_waiting", "reminder", ["how", "account_id"], "state = 'waiting'")
    partial("ix_reminder_told", "reminder", ["account_id", "told_at"], "told_at IS NOT NULL")
    op.create_table(
        "reader",
        sa.Column("account_id", SERIAL, nullable=False),
        sa.Column("minute", sa.Integer(), nullable=True),
        sa.Column("digest_day", sa.Date(), nullable=True),
        sa.Column("alone_day", sa.Date(), nullable=True),
        sa.Column("alone", sa.Integer(), server_default="0", nullable=False),
        sa.Column("held", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_reader_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_reader")),
    )
    op.add_column("obligation", sa.Column("rung_at", INSTANT, nullable=True))
    partial("ix_obligation_open_rung_at", "obligation", ["rung_at"], "ended IS NULL")
