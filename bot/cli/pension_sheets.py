"""Finds out what the sheets of a pension file are, by the names of their columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from bot.cli.pension_cells import Finding, Findings
from bot.cli.pension_columns import ACCOUNTS, CONTRIBUTIONS, Column, columns_by_title
from bot.register.columns import plain
from bot.register.files import OpenSheet, Row

_AT_ONCE: Final = 400
_WHOSE: Final = (Column.PERSON, Column.ID_NUMBER)


@dataclass(frozen=True, slots=True)
class PensionSheet:
    """A sheet of accounts, or of `contributions`, whose rows are still to be read."""

    name: str
    contributions: bool
    places: Mapping[Column, int]
    rows: Iterator[Row]

    def chunks(self) -> Iterator[Sequence[Row]]:
        """Its rows, some at a time."""
        while chunk := list(islice(self.rows, _AT_ONCE)):
            yield chunk


def pension_sheets(opened: Iterable[OpenSheet], findings: Findings) -> Iterator[PensionSheet]:
    """The sheets that hold something, one by one. A sheet whose first row names no two columns is a
    note and left alone; where all are, that is a finding."""
    found = False
    for sheet in opened:
        head = next(sheet.rows, None)
        if head is None:
            continue
        named = {
            place: columns_by_title().get(plain(cell.text))
            for place, cell in enumerate(head.cells)
            if cell.text
        }
        if sum(column is not None for column in named.values()) < 2:
            continue
        found = True
        contributions = Column.YEAR in named.values()
        places = _places(sheet.name, head, named, contributions, findings)
        if places is not None:
            yield PensionSheet(sheet.name, contributions, places, sheet.rows)
    if not found:
        findings.add(Finding("", 1, 0, None, "no_table"))


def _places(
    sheet: str,
    head: Row,
    named: Mapping[int, Column | None],
    contributions: bool,
    findings: Findings,
) -> dict[Column, int] | None:
    """Where each column stands; None if something is wrong with them."""
    allowed = CONTRIBUTIONS if contributions else ACCOUNTS
    places: dict[Column, int] = {}
    wrong = []
    for place, column in named.items():
        if column is None or column not in allowed:
            wrong.append(Finding(sheet, head.number, place, None, "column_unknown"))
        elif column in places:
            wrong.append(Finding(sheet, head.number, place, column, "column_twice"))
        else:
            places[column] = place
    if not any(column in places for column in _WHOSE):
        wrong.append(Finding(sheet, head.number, 0, Column.PERSON, "column_missing"))
    findings.add(*wrong)
    return None if wrong else places
