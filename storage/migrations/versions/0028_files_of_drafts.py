"""The interview in which a file was sent, so that it goes with a draft, or stays with it"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("media", sa.Column("interview_id", sa.String(length=16), nullable=True))
    op.create_index("ix_media_interview_id", "media", ["interview_id"])


def downgrade() -> None:
    op.drop_index("ix_media_interview_id", "media")
    op.drop_column("media", "interview_id")
