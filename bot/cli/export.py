"""Writes records to a CSV file or a workbook, one row each, that no spreadsheet will execute.

Names of columns are the names of questions, which don't change with the language. A workbook has
one sheet for each form; a CSV file holds the columns of all forms.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from bot.cli.errors import OperatorError
from bot.record_view import flat
from bot.spreadsheets import harmless, printable, runs

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

    from bot.cli.printing import Told
    from storage.submissions import Filter, Record
    from storage.unit import UnitOfWork

HEAD: Final = (
    "record id", "form id", "form version", "area code", "subject code", "author code",
    "via channel", "visit date", "entered at", "replaces record",
)  # fmt: skip
"""What every row begins with; no question can be called so. Entered at is local time."""

_SHEET_NAME: Final = re.compile(r"[\\/*?:\[\]]")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")

Columns = Mapping[str, list[str]]
"""The columns of each form, by form id."""

Value = str | int | float | bool | date | datetime | None


class Writer(Protocol):
    """Takes rows, form by form."""

    def row(self, form_id: str, values: Mapping[str, Value]) -> None:
        """Write one record."""
        ...


async def export(uow: UnitOfWork, which: Filter, file: Path, zone: tzinfo, told: Told) -> int:
    """Write every record of `which` to `file`; returns how many.

    The file is complete or not there at all. Raises OperatorError for a suffix that is neither
    .csv nor .xlsx and for a file that is there already.
    """
    open_writer = _writer_for(file)
    columns, total = await _columns(uow, which)
    part = file.with_name(f".{file.name}.part")
    try:
        with open_writer(part, columns) as writer:
            done = 0
            async for form_id, values in _rows(uow, which, zone):
                writer.row(form_id, values)
                done += 1
                told(done, total)
        part.rename(file)
    finally:
        part.unlink(missing_ok=True)
    return total


def _writer_for(file: Path) -> Callable[[Path, Columns], AbstractContextManager[Writer]]:
    if file.exists():
        raise OperatorError("file_exists", file=file)
    writers = {".csv": _csv, ".xlsx": _workbook}
    if file.suffix.lower() not in writers:
        raise OperatorError("suffix", file=file)
    return writers[file.suffix.lower()]


async def _columns(uow: UnitOfWork, which: Filter) -> tuple[dict[str, list[str]], int]:
    """The columns of each form in the order of first appearance, and the number of records."""
    columns: dict[str, dict[str, None]] = {}
    total = 0
    async for record, _ in uow.submissions.each(which):
        seen = columns.setdefault(record.form_id, dict.fromkeys(HEAD))
        seen.update((name, None) for name, _ in flat(record.answers))
        total += 1
    return {form_id: list(names) for form_id, names in columns.items()}, total


async def _rows(
    uow: UnitOfWork, which: Filter, zone: tzinfo
) -> AsyncIterator[tuple[str, dict[str, Value]]]:
    async for record, author in uow.submissions.each(which):
        answers = {name: _value(value) for name, value in flat(record.answers)}
        yield record.form_id, _head(record, author, zone) | answers


def _head(record: Record, author: str, zone: tzinfo) -> dict[str, Value]:
    values = (
        record.instance_id,
        record.form_id,
        record.form_version,
        record.area_code,
        record.subject_code,
        author,
        record.channel,
        record.visit_date,
        record.entered_at.astimezone(zone).replace(tzinfo=None, microsecond=0),
        record.deprecated_id,
    )
    return dict(zip(HEAD, values, strict=True))


def _value(value: Any) -> Value:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list):
        return " ".join(str(one) for one in value)
    text = str(value)
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


# --- CSV ------------------------------------------------------------------------------------------


@contextmanager
def _csv(file: Path, columns: Columns) -> Iterator[Writer]:
    names = list(dict.fromkeys((*HEAD, *(name for some in columns.values() for name in some))))
    with _new(file, "utf-8-sig") as stream:
        yield _CsvWriter(csv.writer(stream), names)


class _CsvWriter:
    def __init__(self, writer: Any, names: list[str]) -> None:
        self._writer = writer
        self._names = names
        writer.writerow(harmless(name) for name in names)

    def row(self, form_id: str, values: Mapping[str, Value]) -> None:
        self._writer.writerow(_text(values.get(name)) for name in self._names)


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, str):
        return harmless(value)
    return "" if value is None else str(value)


@contextmanager
def _new(file: Path, encoding: str) -> Iterator[Any]:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding=encoding, newline="") as stream:
        yield stream


# --- workbook -------------------------------------------------------------------------------------


@contextmanager
def _workbook(file: Path, columns: Columns) -> Iterator[Writer]:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    writer = _BookWriter()
    for number, (form_id, names) in enumerate((columns or {"records": list(HEAD)}).items(), 1):
        title = _SHEET_NAME.sub("_", form_id)[:26]
        sheet = book.create_sheet(title if title not in book.sheetnames else f"{title} {number}")
        writer.add(form_id, sheet, names)
    yield writer
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    book.save(file)


class _BookWriter:
    def __init__(self) -> None:
        self._sheets: dict[str, tuple[WriteOnlyWorksheet, list[str]]] = {}

    def add(self, form_id: str, sheet: WriteOnlyWorksheet, names: list[str]) -> None:
        sheet.freeze_panes = "B2"
        self._sheets[form_id] = sheet, names
        sheet.append([_cell(sheet, name, bold=True) for name in names])

    def row(self, form_id: str, values: Mapping[str, Value]) -> None:
        sheet, names = self._sheets[form_id]
        sheet.append([_cell(sheet, values.get(name)) for name in names])


def _cell(sheet: WriteOnlyWorksheet, value: Value, bold: bool = False) -> Any:
    """A typed cell. Text is marked as text, so that none is ever read as a formula."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    if value is None or value == "":
        return None
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, printable(value))
        cell.data_type = "s"
        cell.quotePrefix = runs(value)
    else:
        cell = WriteOnlyCell(sheet, value)  # type: ignore[arg-type]  # dates are typed too narrowly
    if bold:
        cell.font = Font(bold=True)
    return cell
