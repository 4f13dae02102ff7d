"""The values of a table, and how the hostile ones are made harmless in every format."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

Value = str | int | float | bool | date | datetime | None
"""A cell. A datetime is local and has no zone."""

LONGEST: Final = 32_767
"""Characters that a cell of a workbook may hold."""

_RUNS: Final = ("=", "+", "-", "@", "\t", "\r")
_FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


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


def runs(text: str) -> bool:
    """Whether a spreadsheet might take `text` for a formula."""
    return text.startswith(_RUNS)


def harmless(text: str) -> str:
    """`text` so that a spreadsheet shows it and does not take it for a formula."""
    return f"'{text}" if runs(text) else text


def printable(text: str) -> str:
    """`text` without what XML can't hold, cut to what a cell takes."""
    return _FORBIDDEN.sub("", text)[:LONGEST]
