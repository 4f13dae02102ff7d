"""The values of a table, before they are written in any format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

Value = str | int | float | bool | date | datetime | None
"""A cell. A datetime is local and has no zone."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place on earth: degrees WGS 84."""

    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its cells, where it is on a map, and the record whose files belong to it."""

    cells: Sequence[Value]
    point: Point | None = None
    record: str = ""
