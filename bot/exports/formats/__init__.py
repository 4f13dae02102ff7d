"""The kinds of files in which a table is written, by suffix. Each takes rows and holds none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.exports.cells import Line


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above a table: its title, the name of each column for people and for programs,
    what the names of two columns tell about the table (a second sheet), and how that sheet and the
    one of the rows are called."""

    title: str
    titles: Sequence[str]
    keys: Sequence[str]
    about: Sequence[tuple[str, str]]
    about_title: str


class Writer(Protocol):
    """Takes rows, one after another."""

    def row(self, line: Line) -> None:
        """Write one row."""
        ...

    def close(self) -> None:
        """Write what is left. Until then the file is none."""
        ...

    def abandon(self) -> None:
        """Leave it unfinished; the caller deletes the file."""
        ...


SUFFIXES = ("xlsx", "csv", "jsonl", "geojson")
"""What `writer` writes."""


def writer(suffix: str, file: Path, head: Head) -> Writer:
    """A writer into the new `file`, which only its owner can read. Raises OSError."""
    if suffix == "xlsx":
        from bot.exports.formats.xlsx import Workbook

        return Workbook(file, head)
    if suffix == "csv":
        from bot.exports.formats.csv_file import CsvFile

        return CsvFile(file, head)
    if suffix == "jsonl":
        from bot.exports.formats.json_files import JsonLines

        return JsonLines(file, head)
    from bot.exports.formats.json_files import GeoJson

    return GeoJson(file, head)
