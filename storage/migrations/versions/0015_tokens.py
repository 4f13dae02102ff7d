"""Tokens that let programs in"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

AREA = sa.String(length=32).with_variant(sa.String(length=32, collation="C"), "postgresql")
INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("token_hash", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("account_id", SERIAL, nullable=True),
        sa.Column("area_code", AREA, nullable=False),
        sa.Column("files", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("last_used_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_api_token_account_id")
        ),
        sa.ForeignKeyConstraint(["area_code"], ["area.code"], name=op.f("fk_api_token_area_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_index("ix_api_token_account_id", "api_token", ["account_id"], unique=False)
