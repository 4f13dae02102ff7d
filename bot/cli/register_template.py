"""An empty register file with the right columns, and what may stand in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.cli import templates
from bot.cli.register_columns import PEOPLE, PEOPLE_REQUIRED, Column, tags
from bot.cli.words import language, words
from core.texts import say

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_AS_TEXT: Final = (Column.HOUSEHOLD, Column.AREA, Column.BIRTH_DATE, Column.ID_NUMBER, Column.PHONE)
_WIDTHS: Final = {Column.ADDRESS: 36, Column.ID_NUMBER: 22, Column.AREA: 18, Column.TAGS: 30}


def write_template(file: Path) -> None:
    """Write a .xlsx or .csv template in the language of the command line.

    Raises OperatorError for another suffix or a file that is there already.
    """
    templates.write(file, [column.heading(language()) for column in PEOPLE], _sheets)


def _sheets(book: Workbook) -> None:
    _people(book.create_sheet(words("template.people")))
    _notes(book.create_sheet(words("template.notes")))


def _people(sheet: Worksheet) -> None:
    from openpyxl.styles import Font

    sheet.append([column.heading(language()) for column in PEOPLE])
    sheet.freeze_panes = "A2"
    for place, column in enumerate(PEOPLE, 1):
        sheet.cell(1, place).font = Font(bold=column in PEOPLE_REQUIRED)
        width = _WIDTHS.get(column, 14)
        templates.set_column(sheet, place, width=width, as_text=column in _AS_TEXT)


def _notes(sheet: Worksheet) -> None:
    for column in PEOPLE:
        sheet.append([column.heading(language()), words(f"column_note.{column.value}")])
    sheet.append([])
    for tag in tags():
        sheet.append([say(language(), f"tags.{tag}"), tag])
    templates.set_notes(sheet)
