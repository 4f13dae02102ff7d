"""Lists as files: CSV that spreadsheets open without asking, or a workbook."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from urllib.parse import quote

from aiohttp import web

from bot.spreadsheets import harmless, printable, runs

WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Cell = str | int | date | None


async def sent(
    name: str, kind: str, heads: Sequence[str], rows: Sequence[Sequence[Cell]]
) -> web.Response:
    """A file to keep: ``csv`` (UTF-8 with a mark, so that Chinese is read right) or ``xlsx``. No
    cell is ever taken for a formula."""
    make = _workbook if kind == "xlsx" else _csv
    body = await asyncio.to_thread(make, heads, rows)
    response = web.Response(body=body)
    response.content_type = WORKBOOK if kind == "xlsx" else "text/csv"
    file = quote(f"{name}.{kind}")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{file}"
    return response


def _csv(heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(heads)
    writer.writerows([_harmless(one) for one in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")


def _harmless(value: Cell) -> Cell:
    return harmless(value) if isinstance(value, str) else value


def _workbook(heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"

    def cell(value: Cell, *, bold: bool = False) -> Any:
        text = printable(value) if isinstance(value, str) else None
        shown = value if text is None else text
        made = WriteOnlyCell(sheet, shown)  # type: ignore[arg-type]  # dates are typed too narrowly
        if text is not None:
            made.data_type = "s"
            made.quotePrefix = runs(text)
        if bold:
            made.font = Font(bold=True)
        return made

    sheet.append([cell(one, bold=True) for one in heads])
    for row in rows:
        sheet.append([cell(one) for one in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
