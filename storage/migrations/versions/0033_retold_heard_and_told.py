"""Days and classes that several records tell; when overseers heard of requests; drafts that end"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = ("what", "subject_kind", "subject_id", "name", "day", "source")


def upgrade() -> None:
    op.create_table(
        "retelling",
        sa.Column("what", sa.String(8), nullable=False),
        sa.Column("subject_kind", sa.String(16), nullable=False),
        sa.Column("subject_id", SERIAL, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint(*KEY, name=op.f("pk_retelling")),
    )
    op.add_column("reader", sa.Column("asked_at", INSTANT))
    op.add_column("interview", sa.Column("told_at", INSTANT))
