"""An empty pension file with the right columns, and what may stand in them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.cli.errors import OperatorError
from bot.cli.pension_columns import ACCOUNTS, CONTRIBUTIONS, Column
from bot.cli.words import language
from core.texts import say

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_ROWS_PREPARED: Final = 5000
_AS_TEXT: Final = (Column.PERSON, Column.ID_NUMBER, Column.REGION, Column.MONTHS)


def write_template(file: Path) -> None:
    """Write a .xlsx with both sheets, or a .csv for accounts, in the language of the command line.

    Raises OperatorError for another suffix or a file that is there already.
    """
    if file.exists():
        raise OperatorError("file_exists", file=file)
    suffix = file.suffix.lower()
    if suffix == ".csv":
        with file.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerow(column.heading(language()) for column in ACCOUNTS)
    elif suffix == ".xlsx":
        _write_workbook(file)
    else:
        raise OperatorError("suffix", file=file)


def _write_workbook(file: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    _sheet(book.create_sheet(_say("sheet.accounts")), ACCOUNTS)
    _sheet(book.create_sheet(_say("sheet.contributions")), CONTRIBUTIONS)
    _notes(book.create_sheet(_say("sheet.notes")))
    book.save(file)


def _sheet(sheet: Worksheet, columns: Sequence[Column]) -> None:
    from openpyxl.utils import get_column_letter

    sheet.append([column.heading(language()) for column in columns])
    sheet.freeze_panes = "A2"
    for place, column in enumerate(columns, 1):
        wide = column in _AS_TEXT
        sheet.column_dimensions[get_column_letter(place)].width = 22 if wide else 16
        if wide:  # else a spreadsheet rounds an ID number to 15 digits, and makes 1-12 a date
            for row in range(2, _ROWS_PREPARED + 1):
                sheet.cell(row, place).number_format = "@"


def _notes(sheet: Worksheet) -> None:
    for column in Column:
        sheet.append([column.heading(language()), _say(f"note.{column.value}")])
    sheet.column_dimensions["A"].width = 24
    sheet.column_dimensions["B"].width = 80


def _say(key: str) -> str:
    return say(language(), f"pensionfile.{key}")
