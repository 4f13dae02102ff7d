"""An empty pension file with the right columns, and what may stand in them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.cli import templates
from bot.cli.pension_columns import ACCOUNTS, CONTRIBUTIONS, Column
from bot.cli.words import language
from bot.spreadsheets import set_column, set_notes
from core.texts import say

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_AS_TEXT: Final = (Column.PERSON, Column.ID_NUMBER, Column.REGION, Column.MONTHS)


def write_template(file: Path) -> None:
    """Write a .xlsx with both sheets, or a .csv for accounts, in the language of the command line.

    Raises OperatorError for another suffix or a file that is there already.
    """
    templates.write(file, [column.heading(language()) for column in ACCOUNTS], _sheets)


def _sheets(book: Workbook) -> None:
    _sheet(book.create_sheet(_say("sheet.accounts")), ACCOUNTS)
    _sheet(book.create_sheet(_say("sheet.contributions")), CONTRIBUTIONS)
    _notes(book.create_sheet(_say("sheet.notes")))


def _sheet(sheet: Worksheet, columns: Sequence[Column]) -> None:
    sheet.append([column.heading(language()) for column in columns])
    sheet.freeze_panes = "A2"
    for place, column in enumerate(columns, 1):
        wide = column in _AS_TEXT
        set_column(sheet, place, width=22 if wide else 16, as_text=wide)


def _notes(sheet: Worksheet) -> None:
    for column in Column:
        sheet.append([column.heading(language()), _say(f"note.{column.value}")])
    set_notes(sheet)


def _say(key: str) -> str:
    return say(language(), f"pensionfile.{key}")
