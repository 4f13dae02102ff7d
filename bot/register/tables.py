"""Finds the tables in a file by the names of their columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.register.columns import Column, columns_by_title, left_alone, plain
from bot.register.files import Cell, Row, Sheet
from core.texts import known, say

_TITLES: Final = 5  # rows among which the names of the columns are looked for


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell. `code` names the sentence ``enrol.problem.{code}``, or else
    ``cli.import.{code}``; `place` counts columns from 0; `column` is None where no known column is
    meant. No content is in it."""

    sheet: str
    row: int
    place: int
    column: Column | None
    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def letter(self) -> str:
        """The column's name in a spreadsheet."""
        from openpyxl.utils import get_column_letter

        return get_column_letter(self.place + 1)

    def heading(self, language: str) -> str:
        """What stands at the head of the column, '' where no known one is meant."""
        return self.column.heading(language) if self.column else ""

    def sentence(self, language: str) -> str:
        """What is wrong, and what to do."""
        own = f"enrol.problem.{self.code}"
        return say(language, own if known(own) else f"cli.import.{self.code}", **self.values)


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet with its columns found; `rows` are those below their names."""

    name: str
    places: Mapping[Column, int]
    rows: Sequence[Row]

    def cell(self, row: Row, column: Column) -> Cell:
        """What stands in a row under a column; empty if there is no such column."""
        place = self.places.get(column)
        return Cell("") if place is None or place >= len(row.cells) else row.cells[place]


def find_tables(
    sheets: Iterable[Sheet], allowed: Sequence[Column], required: Sequence[Column]
) -> tuple[list[Table], list[Problem]]:
    """The tables that have only `allowed` and all `required` columns, and what is wrong with
    others. A table begins with the first row that names two of these columns; above it a title may
    stand. A sheet without such a row among its first is a note and left alone."""
    tables: list[Table] = []
    problems: list[Problem] = []
    for sheet in sheets:
        above = (at for at, row in enumerate(sheet.rows[:_TITLES]) if _is_table(row, allowed))
        at = next(above, None)
        if at is None:
            continue
        places, wrong = _columns(sheet.name, sheet.rows[at], allowed, required)
        problems += wrong
        if not wrong:
            tables.append(Table(sheet.name, places, sheet.rows[at + 1 :]))
    if not tables and not problems:
        problems.append(Problem("", 1, 0, None, "no_table"))
    return tables, problems


def _is_table(head: Row, allowed: Sequence[Column]) -> bool:
    found = [columns_by_title().get(plain(cell.text)) for cell in head.cells]
    return sum(column in allowed for column in found) >= 2


def _columns(
    sheet: str, head: Row, allowed: Sequence[Column], required: Sequence[Column]
) -> tuple[dict[Column, int], list[Problem]]:
    places: dict[Column, int] = {}
    problems: list[Problem] = []
    for place, cell in enumerate(head.cells):
        column = columns_by_title().get(plain(cell.text))
        if column is None or column not in allowed:
            if cell.text and plain(cell.text) not in left_alone():
                problems.append(Problem(sheet, head.number, place, None, "column_unknown"))
        elif column in places:
            problems.append(Problem(sheet, head.number, place, column, "column_twice"))
        else:
            places[column] = place
    problems += [
        Problem(sheet, head.number, 0, column, "column_missing")
        for column in required
        if column not in places
    ]
    return places, problems
