"""Records that are not emptied, by form and day"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    only = sa.text("state != 'emptied'")
    op.create_index(
        "ix_submission_written",
        "submission",
        ["form_id", "visit_date"],
        sqlite_where=only,
        postgresql_where=only,
    )
