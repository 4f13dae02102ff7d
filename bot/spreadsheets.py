"""What a spreadsheet must not make of what is written: a formula, another number or date, or a file
that it can't open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MIME: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""The media type of a workbook."""

LONGEST: Final = 32_767
"""Characters that a cell of a workbook may hold."""

_ROWS_PREPARED: Final = 5000
_RUNS: Final = ("=", "+", "-", "@", "\t", "\r")
_FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def runs(text: str) -> bool:
    """Whether a spreadsheet might take `text` for a formula."""
    return text.startswith(_RUNS)


def harmless(text: str) -> str:
    """`text` so that a spreadsheet shows it and does not take it for a formula."""
    return f"'{text}" if text.startswith(_RUNS) else text


def printable(text: str) -> str:
    """`text` without what XML can't hold, cut to what a cell takes."""
    return _FORBIDDEN.sub("", text)[:LONGEST]


def set_column(sheet: Worksheet, place: int, *, width: int, as_text: bool) -> None:
    """Lay a column (from 1) out. As text it keeps what a spreadsheet would change: an ID number is
    rounded to 15 digits, and 1-12 becomes a date."""
    from openpyxl.utils import get_column_letter

    sheet.column_dimensions[get_column_letter(place)].width = width
    if as_text:
        for row in range(2, _ROWS_PREPARED + 1):
            sheet.cell(row, place).number_format = "@"


def set_notes(sheet: Worksheet) -> None:
    """Lay a sheet of names and notes out."""
    sheet.column_dimensions["A"].width = 24
    sheet.column_dimensions["B"].width = 80
