"""What forms declare of the law, and by what right each record was taken down"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("form", sa.Column("privacy", sa.JSON(), nullable=True))
    op.add_column("submission", sa.Column("legal_basis", sa.String(length=16), nullable=True))
    op.add_column("submission", sa.Column("consent", sa.String(length=32), nullable=True))
