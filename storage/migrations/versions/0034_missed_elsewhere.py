"""A visit finds what was missed wherever somebody lived, and the quota of who made it"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, rows in (
        ("ix_obligation_missed_subject", "ended = 'missed'"),
        ("ix_obligation_worker", "subject_kind = 'worker'"),
    ):
        only = sa.text(rows)
        op.create_index(
            name, "obligation", ["subject_id"], sqlite_where=only, postgresql_where=only
        )


def downgrade() -> None:
    for name in ("ix_obligation_worker", "ix_obligation_missed_subject"):
        op.drop_index(name, "obligation")
