"""The audit: who did it by role, a keyed hash of every entry, and the chain of seals"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("audit", "audit_seal")


def upgrade() -> None:
    for column in (
        sa.Column("person_id", SERIAL, nullable=True),
        sa.Column("role", sa.String(length=32), nullable=True),
        sa.Column("mac", sa.String(length=32), nullable=True),
    ):
        op.add_column("audit", column)
    op.create_index("ix_audit_object", "audit", ["object"], unique=False)
    op.create_table(
        "audit_seal",
        sa.Column("seq", SERIAL, autoincrement=False, nullable=False),
        sa.Column("audit_id", SERIAL, nullable=False),
        sa.Column("chain", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_seal_audit_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("audit_id", name=op.f("uq_audit_seal_audit_id")),
    )
    if op.get_bind().dialect.name == "postgresql":
        _refuse_on_postgresql()
    else:
        _refuse_on_sqlite()


def _refuse_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit is only added to'; END $$"
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
        )


def _refuse_on_sqlite() -> None:
    for table in TABLES:
        for what in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END"
            )
