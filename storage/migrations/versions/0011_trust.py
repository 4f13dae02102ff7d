"""Why files are opened, and accounts that wait or rest"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "file_opening",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("account_id", SERIAL, nullable=False),
        sa.Column("conversation_id", SERIAL, nullable=False),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", SERIAL, nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_file_opening_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_file_opening_conversation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_opening")),
    )
    op.create_index(
        "ix_file_opening_account_id_until", "file_opening", ["account_id", "until"], unique=False
    )
    op.create_index(
        "ix_file_opening_conversation_id_on_day",
        "file_opening",
        ["conversation_id", "on_day"],
        unique=False,
    )
    op.create_table(
        "account_hold",
        sa.Column("account_id", SERIAL, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("by_account", SERIAL, nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_hold_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_hold")),
    )
