"""By which form of a rule a period was opened"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for column in (
        sa.Column("fingerprint", sa.String(length=16), server_default="", nullable=False),
        sa.Column("first", sa.Date(), nullable=True),
        sa.Column("former", SERIAL, server_default="0", nullable=False),
    ):
        op.add_column("opening", column)
