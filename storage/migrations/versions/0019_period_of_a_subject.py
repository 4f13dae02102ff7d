"""A period of one subject is found wherever it lived"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

FORMER = "ix_obligation_rule_id_period_key"
INDEX = "ix_obligation_rule_id_period_key_subject_id"


def upgrade() -> None:
    op.create_index(INDEX, "obligation", ["rule_id", "period_key", "subject_id"], unique=False)
    op.drop_index(FORMER, table_name="obligation")
