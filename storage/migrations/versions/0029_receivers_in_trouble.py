"""Receivers of webhooks in trouble, and up to which duty they were looked at"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for column in (
        sa.Column("duties_from", SERIAL, server_default="0", nullable=False),
        sa.Column("duty_seen", SERIAL, server_default="0", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rests_until", INSTANT, nullable=True),
    ):
        op.add_column("webhook", column)
    newest = "(SELECT coalesce(max(id), 0) FROM obligation)"
    op.execute(f"UPDATE webhook SET duties_from = {newest}, duty_seen = {newest}")


def downgrade() -> None:
    for name in ("rests_until", "failures", "duty_seen", "duties_from"):
        op.drop_column("webhook", name)
