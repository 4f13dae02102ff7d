"""A report as a workbook: one sheet that prints on A4 as it lies there."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final

import xlsxwriter  # type: ignore[import-untyped]

from bot.reports.paper import Cell, Column, Paper, Table
from bot.spreadsheets import printable, runs

_A4: Final = 9  # as workbooks number sizes of paper
_WIDE: Final = 88  # columns of a digit that fit across a page
_LINE: Final = 16  # points
_BY_HAND: Final = 80  # points that are left for what is written by hand
_FONT: Final = {"font_name": "SimSun", "font_size": 11, "valign": "vcenter", "text_wrap": True}


def workbook(paper: Paper) -> bytes:
    """The .xlsx file."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    _Sheet(book, paper).write()
    book.close()
    return stream.getvalue()


class _Sheet:
    """Every table is laid over the same narrow columns: each may divide the page its own way."""

    def __init__(self, book: Any, paper: Paper) -> None:
        self._paper = paper
        self._sheet = book.add_worksheet()
        line = {"border": 1, "border_color": "#808080"}
        self._title = book.add_format({**_FONT, "bold": True, "font_size": 18, "align": "center"})
        self._plain = book.add_format(_FONT)
        self._bold = book.add_format({**_FONT, "bold": True})
        self._head = book.add_format(
            {**_FONT, **line, "bold": True, "align": "center", "bg_color": "#E8EEF4"}
        )
        self._text = book.add_format({**_FONT, **line})
        self._quoted = book.add_format({**_FONT, **line, "quote_prefix": True})
        self._number = book.add_format({**_FONT, **line, "align": "center"})
        self._group = book.add_format({**_FONT, **line, "bold": True})
        self._row = 0

    def write(self) -> None:
        """All of it."""
        sheet = self._sheet
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
        sheet.set_footer("&C&P / &N")
        sheet.hide_gridlines(2)
        sheet.set_column(0, _WIDE - 1, 0.55)
        self._across(self._paper.title, self._title, 34)
        for name, value in self._paper.facts:
            self._across(f"{name}：{value}" if value else f"{name}：", self._plain, _LINE + 4)
        for table in self._paper.tables:
            self._table(table)
        for passage in self._paper.passages:
            self._row += 1
            self._across(passage.title, self._bold, _LINE + 4)
            height = _LINE * _lines(passage.text, _WIDE) if passage.text else _BY_HAND
            self._across(passage.text, self._text, height + 6)
        if self._paper.signatures:
            self._row += 1
            signed = "        ".join(f"{one}：____________" for one in self._paper.signatures)
            self._across(signed, self._plain, _LINE * 2)

    def _table(self, table: Table) -> None:
        self._row += 1
        if table.title:
            self._across(table.title, self._bold, _LINE + 4)
        places = _places(table.columns)
        heads = [one.head for one in table.columns]
        self._cells(heads, places, head=True)
        for row in table.rows:
            if len(row) == 1:
                self._across(str(row[0]), self._group, _LINE + 4)
            else:
                self._cells(row, places)

    def _cells(
        self, row: Sequence[Cell], places: Sequence[tuple[int, int]], *, head: bool = False
    ) -> None:
        lines = 1
        for value, (first, last) in zip(row, places, strict=True):
            shown = printable(value) if isinstance(value, str) else value
            style = self._head if head else self._style(shown)
            self._put(first, last, shown, style)
            lines = max(lines, _lines(str(shown), last - first + 1))
        self._sheet.set_row(self._row, _LINE * lines + 4)
        self._row += 1

    def _style(self, value: Cell) -> Any:
        if isinstance(value, int):
            return self._number
        return self._quoted if runs(value) else self._text

    def _across(self, text: str, style: Any, height: float) -> None:
        self._put(0, _WIDE - 1, printable(text), style)
        self._sheet.set_row(self._row, height)
        self._row += 1

    def _put(self, first: int, last: int, value: Cell, style: Any) -> None:
        """Over several columns: the library writes the merged cell empty, then its content."""
        self._sheet.merge_range(self._row, first, self._row, last, "", style)
        if isinstance(value, int):
            self._sheet.write_number(self._row, first, value, style)
        else:
            self._sheet.write_string(self._row, first, value, style)


def _places(columns: Sequence[Column]) -> list[tuple[int, int]]:
    """The first and the last narrow column of each column."""
    whole = sum(one.width for one in columns)
    ends, reached = [], 0
    for one in columns:
        reached += one.width
        ends.append(_WIDE * reached // whole)
    return [(first, last - 1) for first, last in zip([0, *ends], ends, strict=False)]


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in so many narrow columns; a Chinese character is two wide."""
    fits = max(width - 2, 2)
    length = sum(1 if one < "\u2e80" else 2 for one in text)
    return max(-(-length // fits), 1)
