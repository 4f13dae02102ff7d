"""Files and trials of rules that wait between two pages of the office"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sent_file",
        sa.Column("name", sa.String(48), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("account_id", SERIAL, nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sent_file_account_id")
        ),
        sa.PrimaryKeyConstraint("name", "seq", name=op.f("pk_sent_file")),
    )
    op.create_index(op.f("ix_sent_file_account_id"), "sent_file", ["account_id"])
    op.create_table(
        "rule_trial",
        sa.Column("name", sa.String(48), nullable=False),
        sa.Column("account_id", SERIAL, nullable=False),
        sa.Column("what", sa.LargeBinary(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("found", sa.LargeBinary(), nullable=True),
        sa.Column("touched_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_rule_trial_account_id")
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_rule_trial")),
    )
    op.create_index(op.f("ix_rule_trial_account_id"), "rule_trial", ["account_id"])


def downgrade() -> None:
    for name in ("rule_trial", "sent_file"):
        op.drop_table(name)
