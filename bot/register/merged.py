"""Merged cells: a workbook keeps what stands in one in its first row only."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Final
from zipfile import ZipFile

from bot.register.files import Cell, Row, Sheet

_RANGE: Final = re.compile(
    rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"'
)

Range = tuple[int, int, int]
"""First row, last row (both from 1), and the place of its first column (from 0)."""


def merged(content: bytes) -> Mapping[str, Sequence[Range]]:
    """The merged cells of a workbook that cover several rows, by the name of the sheet."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    paths = {
        sheet.title: sheet._worksheet_path.lstrip("/")  # type: ignore[attr-defined]
        for sheet in book.worksheets
    }
    book.close()
    with ZipFile(io.BytesIO(content)) as archive:
        return {title: _ranges(archive.read(path)) for title, path in paths.items()}


def _ranges(sheet: bytes) -> Sequence[Range]:
    """openpyxl tells of none where it reads row by row."""
    from openpyxl.utils import column_index_from_string

    return [
        (int(first), int(last), column_index_from_string(column.decode()) - 1)
        for column, first, last in _RANGE.findall(sheet)
        if int(last) > int(first)
    ]


def filled(sheet: Sheet, ranges: Sequence[Range]) -> Sheet:
    """The sheet with each row of a merged cell as if it had been typed there. Rows that hold
    nothing else stay out."""
    if not ranges:
        return sheet
    rows = {row.number: list(row.cells) for row in sheet.rows}
    for first, last, place in ranges:
        cells = rows.get(first, [])
        value = cells[place] if place < len(cells) else Cell("")
        for number in range(first + 1, min(last, sheet.rows[-1].number) + 1):
            if number in rows:
                row = rows[number]
                row += [Cell("")] * (place + 1 - len(row))
                row[place] = value
    return Sheet(sheet.name, tuple(Row(number, tuple(cells)) for number, cells in rows.items()))
