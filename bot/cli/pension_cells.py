"""Reads the cells of one row of a pension file, as agencies write them, and notes what is wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from bot.cli.pension_columns import Column, choices
from bot.register.columns import plain
from bot.register.files import Cell, Row
from core.ids import NotAnId, ResidentId, resident_id

SHOWN: Final = 200
"""How many findings are kept; more are only counted."""

_CENT: Final = Decimal("0.01")
_NOISE: Final = Decimal("0.000001")  # what a spreadsheet's arithmetic leaves behind
_MOST: Final = Decimal(10**8)
_DAY: Final = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?")
_MONTH: Final = re.compile(r"(\d{4})[-/.年]?(\d{1,2})月?")
_AMOUNT: Final = re.compile(r"-?\d+(\.\d+)?")
_WHOLE: Final = re.compile(r"-?\d{1,4}")


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with one cell. `code` names the sentence ``pensionfile.problem.{code}``;
    `place` counts columns from 0. Nothing that stands in the cell is in it."""

    sheet: str
    row: int
    place: int
    column: Column | None
    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Findings:
    """Everything that is wrong with a file; `count` goes on when no more is `kept`."""

    kept: list[Finding] = field(default_factory=list)
    count: int = 0

    def add(self, *found: Finding) -> None:
        """Note them down."""
        self.count += len(found)
        self.kept += found[: max(0, SHOWN - len(self.kept))]


@dataclass(slots=True)
class Cells:
    """One row. What can't be read is noted as a finding and read as None."""

    sheet: str
    row: Row
    places: Mapping[Column, int]
    findings: Findings
    today: date
    wrong: bool = False

    def fault(self, column: Column, code: str, **values: object) -> None:
        """Something is wrong with a cell of this row."""
        self.wrong = True
        place = self.places.get(column, 0)
        self.findings.add(Finding(self.sheet, self.row.number, place, column, code, values))

    def text(self, column: Column) -> str:
        """The cell, with full-width letters and digits as ordinary ones."""
        return unicodedata.normalize("NFKC", self._cell(column).text).strip()

    def code(self, column: Column) -> str:
        """A code in capitals."""
        return self.text(column).upper()

    def resident_id(self) -> ResidentId | None:
        """The ID number."""
        cell = self._cell(Column.ID_NUMBER)
        if not cell.text:
            return None
        if cell.damaged:
            self.fault(Column.ID_NUMBER, "id_damaged")
            return None
        try:
            return resident_id(cell.text, self.today)
        except NotAnId as error:
            self.fault(Column.ID_NUMBER, f"id_{error.code}")
            return None

    def day(self, column: Column, *, month: bool = False) -> date | None:
        """A day up to today; with `month` a month stands for its first day."""
        text = "".join(self.text(column).split())
        if not text:
            return None
        found = _date(_DAY, text) or (_date(_MONTH, text) if month else None)
        if found is None:
            self.fault(column, "bad_day")
        elif found > self.today:
            self.fault(column, "day_in_future")
        else:
            return found
        return None

    def amount(self, column: Column) -> Decimal | None:
        """Yuan and fen: 1234.56, also as ￥1,234.56 or 1 234.56元."""
        text = "".join(self.text(column).split())
        text = text.removesuffix("元").removesuffix("圆").lstrip("¥").replace(",", "")
        if not text:
            return None
        if not _AMOUNT.fullmatch(text):
            self.fault(column, "bad_amount")
            return None
        amount = Decimal(text)
        if amount < 0:
            self.fault(column, "negative_amount")
        elif amount >= _MOST:
            self.fault(column, "amount_too_large")
        elif abs(amount - amount.quantize(_CENT)) > _NOISE:
            self.fault(column, "bad_amount")
        else:
            return amount.quantize(_CENT)
        return None

    def years(self, column: Column) -> int | None:
        """A number of full years."""
        text = self.text(column).removesuffix("年")
        if not text:
            return None
        if not _WHOLE.fullmatch(text):
            self.fault(column, "bad_years")
            return None
        if int(text) < 0:
            self.fault(column, "negative_years")
            return None
        return int(text)

    def choice(self, column: Column, name: str, default: str) -> str:
        """One of the choices `name`."""
        text = self.text(column)
        if not text:
            return default
        found = choices(name).get(plain(text))
        if found is None:
            self.fault(column, f"bad_{name}")
            return default
        return found

    def _cell(self, column: Column) -> Cell:
        place = self.places.get(column)
        if place is None or place >= len(self.row.cells):
            return Cell("")
        return self.row.cells[place]


def _date(form: re.Pattern[str], text: str) -> date | None:
    parts = form.fullmatch(text)
    if parts is None:
        return None
    year, month, *day = (int(part) for part in parts.groups())
    try:
        return date(year, month, *(day or (1,)))
    except ValueError:
        return None
