"""Which record ended a class, and which one told a day: a correction takes both back"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person_tag", sa.Column("ended_by", sa.String(length=64), nullable=True))
    op.add_column("person_tier", sa.Column("ended_by", sa.String(length=64), nullable=True))
    op.add_column("subject_day", sa.Column("source", sa.String(length=64), nullable=True))
