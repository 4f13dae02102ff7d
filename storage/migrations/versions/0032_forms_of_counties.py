"""Which forms single counties offer, where several share a deployment"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
AREA = sa.String(32).with_variant(sa.String(32, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "county_form",
        sa.Column("area_code", AREA, nullable=False),
        sa.Column("form_sha256", sa.String(64), nullable=False),
        sa.Column("form_id", sa.String(128), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("offer", sa.JSON(), nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["area_code"], ["area.code"], name=op.f("fk_county_form_area_code")
        ),
        sa.ForeignKeyConstraint(
            ["form_sha256"], ["form.sha256"], name=op.f("fk_county_form_form_sha256")
        ),
        sa.PrimaryKeyConstraint("area_code", "form_sha256", name=op.f("pk_county_form")),
    )
    stands = sa.text("state != 'replaced'")
    op.create_index(
        "uq_county_form_stands",
        "county_form",
        ["area_code", "form_id"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )


def downgrade() -> None:
    op.drop_table("county_form")
