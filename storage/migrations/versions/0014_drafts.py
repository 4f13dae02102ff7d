"""An index by which somebody's drafts are found"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_interview_account_id_status", "interview", ["account_id", "status"], unique=False
    )
