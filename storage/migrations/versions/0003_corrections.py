"""Corrections: several versions of a record, and drafts that are to replace one"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.add_column("interview", sa.Column("corrects", sa.String(length=64)))
    op.add_column("interview", sa.Column("as_of", INSTANT))
    op.create_index(op.f("ix_interview_corrects"), "interview", ["corrects"])

    state = sa.Column("state", sa.String(length=16), nullable=False, server_default="submitted")
    op.add_column("submission", sa.Column("root_id", sa.String(length=64)))
    op.add_column("submission", state)
    op.add_column("submission", sa.Column("interview_id", sa.String(length=16)))
    for column in ("root_id", "interview_id"):
        op.create_index(op.f(f"ix_submission_{column}"), "submission", [column])
    op.create_index(
        op.f("ix_submission_account_id_entered_at"), "submission", ["account_id", "entered_at"]
    )
    op.create_index(
        op.f("uq_submission_deprecated_id"), "submission", ["deprecated_id"], unique=True
    )
