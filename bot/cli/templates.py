"""Empty files for people to fill in: a table of headings, or a workbook with notes beside."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.cli.errors import OperatorError

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_ROWS_PREPARED: Final = 5000


def write(file: Path, headings: Sequence[str], sheets: Callable[[Workbook], None]) -> None:
    """Write a .csv with `headings`, or a .xlsx whose sheets `sheets` makes.

    Raises OperatorError for another suffix or a file that is there already.
    """
    if file.exists():
        raise OperatorError("file_exists", file=file)
    suffix = file.suffix.lower()
    if suffix == ".csv":
        with file.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerow(headings)
    elif suffix == ".xlsx":
        import openpyxl

        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        sheets(book)
        book.save(file)
    else:
        raise OperatorError("suffix", file=file)


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
