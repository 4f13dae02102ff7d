"""Who handed a code out, and who let the person of an account in"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("invite", sa.Column("issued_by", SERIAL, nullable=True))
    op.add_column("account", sa.Column("let_in_by", SERIAL, nullable=True))
