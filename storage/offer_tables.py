"""The table of what single counties say of forms, where several share a deployment."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, String, Table

from storage.tables import AreaCode, Instant, metadata

county_form = Table(  # a version that a county offers, offered, or does not want
    "county_form",
    metadata,
    Column("area_code", AreaCode, ForeignKey("area.code"), primary_key=True),
    Column("form_sha256", ForeignKey("form.sha256"), primary_key=True),
    Column("form_id", String(128), nullable=False),
    Column("state", String(16), nullable=False),  # published | replaced | retired
    Column("titles", JSON, nullable=False),
    Column("offer", JSON, nullable=False),
    Column("published_at", Instant, nullable=False),
)  # of one form one row of a county stands: an index in storage/schema.py
