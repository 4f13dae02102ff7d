"""A ZIP file: the table as a workbook, and the files of its records in a folder each."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

from bot.exports.cells import Line
from bot.exports.formats import Head
from bot.exports.formats.private import binary_file
from bot.exports.formats.xlsx import Workbook
from storage.unit import UnitOfWork


class Archive:
    """Writes a .zip file; `name` is that of the workbook within."""

    def __init__(self, file: Path, head: Head, name: str) -> None:
        self._stream = binary_file(file)
        self._zip = zipfile.ZipFile(self._stream, "w", zipfile.ZIP_DEFLATED)
        self._table = file.with_name(f"{file.name}.xlsx")
        self._book = Workbook(self._table, head)
        self._name = name
        self._last = ""

    def row(self, line: Line) -> None:
        """Write one row of the table."""
        self._book.row(line)

    async def files(self, uow: UnitOfWork, lines: Sequence[Line]) -> None:
        """Put in the files of these rows' records, those of a record once."""
        for line in lines:
            if line.record and line.record != self._last:
                self._last = line.record
                await self._put(uow, line.record)

    def close(self) -> None:
        """Write what is left."""
        try:
            self._book.close()
            self._zip.write(self._table, self._name)
            self._zip.close()
        finally:
            self._stream.close()
            self._table.unlink(missing_ok=True)

    def abandon(self) -> None:
        """Leave it unfinished."""
        self._zip.close()
        self._stream.close()
        self._table.unlink(missing_ok=True)
        self._book.abandon()

    async def _put(self, uow: UnitOfWork, record: str) -> None:
        folder = record.removeprefix("uuid:")
        for stored, content in await uow.media.of_record(record):
            # photos and sound are compressed already
            self._zip.writestr(f"media/{folder}/{stored.record_name}", content, zipfile.ZIP_STORED)
