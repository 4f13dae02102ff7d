"""Everything that was said of a record, not only what was said last"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = "root_id, instance_id, decision, ref, reason, decided_by, decided_at"


def upgrade() -> None:
    op.create_table(
        "review_word",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("root_id", sa.String(length=64), nullable=False),
        sa.Column("instance_id", sa.String(length=64), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=False),
        sa.Column("ref", sa.Text(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("decided_by", SERIAL, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_review_word_decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_word")),
    )
    op.create_index("ix_review_word_root_id", "review_word", ["root_id"])
    op.create_index("ix_review_word_instance_id", "review_word", ["instance_id"])
    op.execute(
        f"INSERT INTO review_word ({COLUMNS}) SELECT {COLUMNS} FROM record_review"
        " ORDER BY decided_at"
    )


def downgrade() -> None:
    op.drop_table("review_word")
