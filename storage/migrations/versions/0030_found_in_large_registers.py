"""Records in the order in which they came in; codes that are found by their beginnings"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_CODES = (
    ("household", "code"),
    ("person", "code"),
    ("submission", "subject_code"),
    ("hold", "subject_code"),
)


def upgrade() -> None:
    op.create_index("ix_submission_entered_at", "submission", ["entered_at", "instance_id"])
    if op.get_bind().dialect.name == "postgresql":
        for table, column in _CODES:
            op.alter_column(table, column, type_=sa.String(16, collation="C"))
