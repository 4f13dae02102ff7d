"""Imports that give up, and who confirmed them"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for column in (
        sa.Column("confirmed_by", SERIAL, nullable=True),
        sa.Column("acting_role", sa.String(length=32), nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
    ):
        op.add_column("register_import", column)


def downgrade() -> None:
    for name in ("tries", "acting_role", "confirmed_by"):
        op.drop_column("register_import", name)
