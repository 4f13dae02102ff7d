"""Records on their way to other servers"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "push",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("target", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=64), nullable=False),
        sa.Column("root_id", sa.String(length=64), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", INSTANT, nullable=False),
        sa.Column("claimed_until", INSTANT, nullable=True),
        sa.Column("error", sa.String(length=32), nullable=True),
        sa.Column("xml", sa.LargeBinary(), nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["submission.instance_id"], name=op.f("fk_push_instance_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push")),
        sa.UniqueConstraint("target", "instance_id", name=op.f("uq_push_target_instance_id")),
    )
    op.create_index("ix_push_target_entered_at", "push", ["target", "entered_at"], unique=False)
    op.create_index("ix_push_target_root_id", "push", ["target", "root_id"], unique=False)
    only = sa.text("state = 'queued'")
    op.create_index(
        "ix_push_queued", "push", ["target", "id"], sqlite_where=only, postgresql_where=only
    )
