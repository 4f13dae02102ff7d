"""A workbook: a frozen head, filters, typed cells, and a sheet that tells what the table is.

XlsxWriter's constant memory keeps one row; the rest waits in a temporary file beside the target.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from math import isfinite
from pathlib import Path
from typing import Any, Final

import xlsxwriter  # type: ignore[import-untyped]

from bot.exports.cells import Line, Value
from bot.exports.formats import Head
from bot.exports.formats.private import binary_file
from bot.spreadsheets import printable, runs

ROWS: Final = 1_048_575
"""Rows below the head that one sheet takes; what follows begins another one."""

_A4: Final = 9  # as workbooks number sizes of paper
_NONE_HIDDEN: Final = 0  # lines between cells are printed too
_LOOKED_AT: Final = 200  # rows by which the widths of columns are set
_NARROW, _WIDE = 6, 48
_LINE, _TALLEST = 15, 409  # points
_FIRST_DAY: Final = date(1900, 3, 1)  # spreadsheets disagree about those before it
_EXACT: Final = 10**15  # a cell keeps fifteen digits of a number
_SHEET_NAME: Final = re.compile(r"[\\/*?:\[\]']")


class Workbook:
    """Writes an .xlsx file."""

    def __init__(self, file: Path, head: Head, rows: int = ROWS) -> None:
        self._stream = binary_file(file)
        self._book: Any = xlsxwriter.Workbook(
            self._stream,
            {"constant_memory": True, "tmpdir": str(file.parent), "in_memory": False},
        )
        self._head = head
        self._most = rows
        self._style: Any = self._book.add_format(
            {"bold": True, "bg_color": "#E8EEF4", "border": 1, "border_color": "#B8C4D0"}
            | {"text_wrap": True, "valign": "vcenter"}
        )
        self._day: Any = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment: Any = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._quoted: Any = self._book.add_format({"quote_prefix": True, "text_wrap": True})
        self._long: Any = self._book.add_format({"text_wrap": True})
        self._sheets = 0
        self._begin()

    def row(self, line: Line) -> None:
        """Write one row."""
        if self._at > self._most:
            self._end()
            self._begin()
        lines = max((_lines(one) for one in line.cells if isinstance(one, str)), default=1)
        if lines > 1:  # not every program does so by itself
            self._sheet.set_row(self._at, min(lines * _LINE, _TALLEST))
        write = self._write
        for column, value in enumerate(line.cells):
            if value is not None and value != "":
                write(column, value)
        if self._at <= _LOOKED_AT:
            self._widen(line.cells)
        self._at += 1

    def close(self) -> None:
        """Write what is left."""
        self._end()
        self._tell()
        self._book.close()
        self._stream.close()

    def abandon(self) -> None:
        """Leave it unfinished. The library finishes whatever is not closed, so it is closed."""
        self._book.close()
        self._stream.close()

    def _begin(self) -> None:
        self._sheets += 1
        name = _SHEET_NAME.sub("_", self._head.title)[:26]
        self._sheet: Any = self._book.add_worksheet(
            name if self._sheets == 1 else f"{name} {self._sheets}"
        )
        self._sheet.freeze_panes(1, 1)
        self._lay_out()
        self._widths = [_width(title) // 2 + 1 for title in self._head.titles]  # in two lines
        self._sheet.set_row(0, 32)
        for column, title in enumerate(self._head.titles):
            self._sheet.write_string(0, column, printable(title), self._style)
        self._at = 1

    def _lay_out(self) -> None:
        """On paper: A4 across, as wide as a page, the head on each, pages numbered."""
        sheet = self._sheet
        sheet.set_paper(_A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.hide_gridlines(_NONE_HIDDEN)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.set_header("&C" + printable(self._head.title).replace("&", "&&"))
        sheet.set_footer("&C&P / &N")

    def _end(self) -> None:
        for column, width in enumerate(self._widths):
            self._sheet.set_column(column, column, min(max(width + 2, _NARROW), _WIDE))
        self._sheet.autofilter(0, 0, max(self._at - 1, 0), len(self._head.titles) - 1)

    def _write(self, column: int, value: Value) -> None:
        if _spoilt(value):
            value = str(value)
        if isinstance(value, str):
            text = printable(value)
            style = self._quoted if runs(text) else self._long if _lines(text) > 1 else None
            self._sheet.write_string(self._at, column, text, style)
        elif isinstance(value, bool):
            self._sheet.write_boolean(self._at, column, value)
        elif isinstance(value, datetime):
            self._sheet.write_datetime(self._at, column, value, self._moment)
        elif isinstance(value, date):
            self._sheet.write_datetime(self._at, column, value, self._day)
        else:
            self._sheet.write_number(self._at, column, value)

    def _widen(self, cells: Sequence[Value]) -> None:
        for column, value in enumerate(cells):
            width = 16 if isinstance(value, datetime) else _width(str(value or "")[:_WIDE])
            self._widths[column] = max(self._widths[column], width)

    def _tell(self) -> None:
        sheet = self._book.add_worksheet(self._head.about_title)
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_column(0, 0, 16, self._book.add_format({"bold": True}))
        sheet.set_column(1, 1, 60, self._long)
        for row, (name, value) in enumerate(self._head.about):
            sheet.write_string(row, 0, name)
            sheet.write_string(row, 1, printable(value))


def _spoilt(value: Value) -> bool:
    """Whether a cell would hold another number or date than this."""
    if isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        return day < _FIRST_DAY
    if isinstance(value, float):
        return not isfinite(value)
    return isinstance(value, int) and abs(value) >= _EXACT


def _lines(text: str) -> int:
    """How many lines it takes in the widest column."""
    room = _WIDE - 4
    if len(text) <= room // 2:
        return 1
    return sum(max(-(-_width(one) // room), 1) for one in text.split("\n"))


def _width(text: str) -> int:
    """In columns of a digit: a Chinese character takes two."""
    return sum(1 if one < "\u2e80" else 2 for one in text)
