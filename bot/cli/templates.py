"""Empty files for people to fill in: a table of headings, or a workbook with notes beside."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.errors import OperatorError

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook


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
