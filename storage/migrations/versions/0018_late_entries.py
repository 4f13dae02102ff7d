"""Late entries that were refused, and who was reminded"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("obligation_visit", sa.Column("refused_at", INSTANT, nullable=True))
    op.add_column("obligation_visit", sa.Column("refused_by", SERIAL, nullable=True))
    op.add_column("obligation_visit", sa.Column("refused_for", sa.String(length=32), nullable=True))
    op.add_column("nudge", sa.Column("account_id", SERIAL, nullable=True))
