"""An empty register file with the right columns, and what may stand in them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.cli.errors import OperatorError
from bot.cli.register_columns import PEOPLE, PEOPLE_REQUIRED, Column, tags
from bot.cli.words import language, words
from core.texts import say

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_ROWS_PREPARED: Final = 5000
_AS_TEXT: Final = (Column.HOUSEHOLD, Column.AREA, Column.BIRTH_DATE, Column.ID_NUMBER, Column.PHONE)
_WIDTHS: Final = {Column.ADDRESS: 36, Column.ID_NUMBER: 22, Column.AREA: 18, Column.TAGS: 30}


def write_template(file: Path) -> None:
    """Write a .xlsx or .csv template in the language of the command line.

    Raises OperatorError for another suffix or a file that is there already.
    """
    if file.exists():
        raise OperatorError("file_exists", file=file)
    suffix = file.suffix.lower()
    if suffix == ".csv":
        with file.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerow(column.heading(language()) for column in PEOPLE)
    elif suffix == ".xlsx":
        _write_workbook(file)
    else:
        raise OperatorError("suffix", file=file)


def _write_workbook(file: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    _people(book.create_sheet(words("template.people")))
    _notes(book.create_sheet(words("template.notes")))
    book.save(file)


def _people(sheet: Worksheet) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet.append([column.heading(language()) for column in PEOPLE])
    sheet.freeze_panes = "A2"
    for place, column in enumerate(PEOPLE, 1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = _WIDTHS.get(column, 14)
        sheet.cell(1, place).font = Font(bold=column in PEOPLE_REQUIRED)
        if column in _AS_TEXT:  # else a spreadsheet rounds an ID number to 15 digits
            for row in range(2, _ROWS_PREPARED + 1):
                sheet.cell(row, place).number_format = "@"


def _notes(sheet: Worksheet) -> None:
    for column in PEOPLE:
        sheet.append([column.heading(language()), words(f"column_note.{column.value}")])
    sheet.append([])
    for tag in tags():
        sheet.append([say(language(), f"tags.{tag}"), tag])
    sheet.column_dimensions["A"].width = 24
    sheet.column_dimensions["B"].width = 80
