"""What is open in the order in which it closes; statistics of the columns that 0030 changed"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    only = sa.text("ended IS NULL")
    op.drop_index("ix_obligation_open_closes", "obligation")
    op.create_index(
        "ix_obligation_open_closes",
        "obligation",
        ["closes", "due", "area_code", "id"],
        sqlite_where=only,
        postgresql_where=only,
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ANALYZE household, person, submission, hold")
