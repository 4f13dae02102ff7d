"""Reads the rows of a CSV file or a workbook, whatever they mean.

A cell becomes text. A number that a workbook keeps as a number is marked, because beyond 15 digits
it is no longer what was typed: an ID number that lost its last digits must not be taken for one.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Final, Literal, TextIO

_EXACT: Final = 10**15
_SEPARATORS: Final = ",;\t"
_PART: Final = 2**20


_OLD: Final = b"\xd0\xcf\x11\xe0"
"""How workbooks begin that Excel wrote before 2007, WPS's own, and all that have a password."""

_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")

Kind = Literal["", "old", "locked"]


class NotATableError(Exception):
    """A file that can't be read as a table. `file` is its path, or the name that it was sent by.
    `kind` tells what it is where that helps: an ``old`` workbook, or one with a password."""

    def __init__(self, file: object, kind: Kind = "") -> None:
        super().__init__(file)
        self.file = file
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell. `damaged` if it is a number too long to be right."""

    text: str
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row, by its number in the file (from 1)."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet; a CSV file is one, named like the file."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """A sheet whose rows are still to be read, before the next sheet is asked for."""

    name: str
    rows: Iterator[Row]


def read(file: Path) -> list[Sheet]:
    """The sheets of a .csv or .xlsx file, empty rows left out.

    Raises NotATableError if it is neither, and OSError if it can't be read.
    """
    return [Sheet(sheet.name, tuple(sheet.rows)) for sheet in sheets(file)]


def read_content(name: str, content: bytes) -> list[Sheet]:
    """The same of a file that was sent, where each row of a merged cell has what stands in it.

    Raises NotATableError if it is neither.
    """
    if not content.startswith(b"PK"):
        found = _sheets(name, content[:8], lambda: content, _opened(content))
        return [Sheet(sheet.name, tuple(sheet.rows)) for sheet in found]
    from bot.register.merged import filled, merged

    sheets = [Sheet(one.name, tuple(one.rows)) for one in _workbook(name, content)]
    ranges = merged(content)
    return [filled(one, ranges[one.name]) for one in sheets]


def sheets(file: Path) -> Iterator[OpenSheet]:
    """The same one by one, for a file that is larger than the memory. Raises what `read` does."""
    with file.open("rb") as stream:
        beginning = stream.read(8)
    yield from _sheets(file, beginning, file.read_bytes, _opened(file))


_Open = Callable[[str], TextIO]


def _opened(source: Path | bytes) -> _Open:
    """How the text of a file is opened in an encoding."""

    def opened(encoding: str) -> TextIO:
        if isinstance(source, Path):
            return source.open(encoding=encoding, newline="")
        return io.TextIOWrapper(io.BytesIO(source), encoding, newline="")

    return opened


def _sheets(
    file: object, beginning: bytes, content: Callable[[], bytes], opened: _Open
) -> Iterator[OpenSheet]:
    if beginning.startswith(b"PK"):
        yield from _workbook(file, content())
    elif beginning.startswith(_OLD):
        raise NotATableError(file, "locked" if _LOCKED in content() else "old")
    elif beginning.startswith(b"%PDF"):
        raise NotATableError(file)
    else:
        name = file.name if isinstance(file, Path) else str(file)
        yield OpenSheet(name, _csv(file, opened, _encoding(file, beginning, opened)))


def _csv(file: object, opened: _Open, encoding: str) -> Iterator[Row]:
    with opened(encoding) as stream:
        head = stream.readline()
        stream.seek(0)
        lines = csv.reader(stream, delimiter=max(_SEPARATORS, key=head.count))
        try:
            yield from _rows(lines)
        except csv.Error as error:
            raise NotATableError(file) from error


def _encoding(file: object, beginning: bytes, opened: _Open) -> str:
    """UTF-8, or else GBK as spreadsheets in China still write it; UTF-16 only with its mark."""
    marked = beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            with opened(encoding) as stream:
                if not any("\0" in part for part in iter(partial(stream.read, _PART), "")):
                    return encoding
        except UnicodeError:
            continue
    raise NotATableError(file)


def _workbook(file: object, content: bytes) -> Iterator[OpenSheet]:
    from zipfile import BadZipFile

    import openpyxl

    from forms.archive import check_workbook
    from forms.sniff import Unfit

    try:
        check_workbook(content)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (Unfit, BadZipFile, KeyError, ValueError) as error:
        raise NotATableError(file) from error
    for sheet in book.worksheets:
        yield OpenSheet(sheet.title, _rows(sheet.iter_rows(values_only=True)))
    book.close()


def _rows(lines: Iterable[Iterable[object]]) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        cells = tuple(_cell(value) for value in line)
        if any(cell.text for cell in cells):
            yield Row(number, cells)


def _cell(value: object) -> Cell:
    if value is None:
        return Cell("")
    if isinstance(value, bool):
        return Cell("1" if value else "0")
    if isinstance(value, datetime | date):
        return Cell(value.strftime("%Y-%m-%d"))
    if isinstance(value, int | float):
        whole = int(value) if float(value).is_integer() else None
        return Cell(str(value if whole is None else whole), abs(value) >= _EXACT)
    return Cell(str(value).strip())
