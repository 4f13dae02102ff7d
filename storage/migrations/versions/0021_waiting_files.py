"""Inbounds that wait for the messenger, and keyboards that are up in a chat"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.add_column(
        "conversation", sa.Column("keyboard", sa.Boolean(), server_default="0", nullable=False)
    )
    op.add_column("inbox", sa.Column("not_before", INSTANT, nullable=True))
