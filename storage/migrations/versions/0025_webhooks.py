"""Webhooks, and what is on its way to them"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

AREA = sa.String(length=32).with_variant(sa.String(length=32, collation="C"), "postgresql")
INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("url", sa.LargeBinary(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("topics", sa.String(length=64), nullable=False),
        sa.Column("area_code", AREA, nullable=True),
        sa.Column("answers", sa.Boolean(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("looked_at", INSTANT, nullable=False),
        sa.Column("audit_seen", SERIAL, nullable=False),
        sa.ForeignKeyConstraint(["area_code"], ["area.code"], name=op.f("fk_webhook_area_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
        sa.UniqueConstraint("name", name=op.f("uq_webhook_name")),
    )
    op.create_table(
        "webhook_call",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("webhook_id", SERIAL, nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("thing", sa.String(length=96), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", INSTANT, nullable=False),
        sa.Column("claimed_until", INSTANT, nullable=True),
        sa.Column("error", sa.String(length=32), nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhook.id"], name=op.f("fk_webhook_call_webhook_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_call")),
        sa.UniqueConstraint(
            "webhook_id", "event", "thing", name=op.f("uq_webhook_call_webhook_id_event_thing")
        ),
    )
    op.create_index("ix_webhook_call_state_done_at", "webhook_call", ["state", "done_at"])
    queued = sa.text("state = 'queued'")
    op.create_index(
        "ix_webhook_call_queued",
        "webhook_call",
        ["webhook_id", "id"],
        sqlite_where=queued,
        postgresql_where=queued,
    )
    ended = sa.text("ended_at IS NOT NULL")
    op.create_index(
        "ix_obligation_ended_at",
        "obligation",
        ["ended_at"],
        sqlite_where=ended,
        postgresql_where=ended,
    )
