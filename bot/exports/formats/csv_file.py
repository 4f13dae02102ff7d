"""A CSV file as Excel and WPS open it right: UTF-8 with its mark."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

from bot.exports.cells import Line, Value
from bot.exports.formats import Head
from bot.exports.formats.private import text_file
from bot.spreadsheets import harmless


class CsvFile:
    """Writes a .csv file."""

    def __init__(self, file: Path, head: Head) -> None:
        self._stream = text_file(file, "utf-8-sig")
        self._writer = csv.writer(self._stream)
        self._writer.writerow([harmless(title) for title in head.titles])

    def row(self, line: Line) -> None:
        """Write one row."""
        self._writer.writerow([_text(value) for value in line.cells])

    def close(self) -> None:
        """Write what is left."""
        self._stream.close()

    def abandon(self) -> None:
        """Leave it unfinished."""
        self._stream.close()


def _text(value: Value) -> str | int | float:
    if isinstance(value, str):
        return harmless(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return value.isoformat()
