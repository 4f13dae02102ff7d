"""A revision for interviews, by which a process knows whether what it remembers is current; indexes
of what is queued"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

QUEUED = sa.text("state = 'queued'")


def upgrade() -> None:
    op.add_column(
        "interview", sa.Column("revision", sa.Integer(), nullable=False, server_default="0")
    )
    op.create_index(
        "ix_outbox_queued",
        "outbox",
        ["conversation_id", "id"],
        sqlite_where=QUEUED,
        postgresql_where=QUEUED,
    )
    op.create_index(
        "ix_outbox_queued_priority",
        "outbox",
        ["priority", "id"],
        sqlite_where=QUEUED,
        postgresql_where=QUEUED,
    )
    op.drop_index("ix_outbox_state_conversation_id", table_name="outbox")
    op.create_index("ix_outbox_state_done_at", "outbox", ["state", "done_at"])
