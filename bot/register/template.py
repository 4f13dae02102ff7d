"""An empty register file with the right columns, and what may stand in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.register.columns import PEOPLE, PEOPLE_REQUIRED, Column, tags
from bot.spreadsheets import set_column, set_notes
from core.texts import say

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_AS_TEXT: Final = (Column.HOUSEHOLD, Column.AREA, Column.BIRTH_DATE, Column.ID_NUMBER, Column.PHONE)
_WIDTHS: Final = {Column.ADDRESS: 36, Column.ID_NUMBER: 22, Column.AREA: 18, Column.TAGS: 30}


def lay_out(book: Workbook, language: str) -> None:
    """Make the sheets of a template in an empty workbook."""
    _people(book.create_sheet(say(language, "cli.template.people")), language)
    _notes(book.create_sheet(say(language, "cli.template.notes")), language)


def _people(sheet: Worksheet, language: str) -> None:
    from openpyxl.styles import Font

    sheet.append([column.heading(language) for column in PEOPLE])
    sheet.freeze_panes = "A2"
    for place, column in enumerate(PEOPLE, 1):
        sheet.cell(1, place).font = Font(bold=column in PEOPLE_REQUIRED)
        width = _WIDTHS.get(column, 14)
        set_column(sheet, place, width=width, as_text=column in _AS_TEXT)


def _notes(sheet: Worksheet, language: str) -> None:
    for column in PEOPLE:
        note = say(language, f"cli.column_note.{column.value}")
        sheet.append([column.heading(language), note])
    sheet.append([])
    for tag in tags():
        sheet.append([say(language, f"tags.{tag}"), tag])
    set_notes(sheet)
