"""Makes accounts and contributions of the rows of a pension file, once it is known whose they are.

What a row says must go together, with the person's birth date, and with the rules of the scheme.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from bot.cli.pension_cells import Cells
from bot.cli.pension_columns import Column
from pension import Fault, Insured, Refused, RuleBook, problems
from pension.tables import Scheme
from storage.pension_imports import Known, NewAccount
from storage.pension_record import Contribution

FIRST_YEAR: Final = 2009
"""The year in which the scheme began anywhere: 国发〔2009〕32号."""

_COUNTY: Final = 6
_MONTHS: Final = re.compile(r"(\d{1,2})(?:月?[-~至到](\d{1,2}))?月?")

_COLUMNS: Final[Mapping[Fault, tuple[Column, str]]] = {
    Fault.NEGATIVE_YEARS: (Column.YEARS_PAID, "negative_years"),
    Fault.TOO_MANY_YEARS: (Column.YEARS_PAID, "too_many_years"),
    Fault.BENEFIT_BEFORE_AGE: (Column.BENEFITS_FROM, "benefit_before_age"),
}


@dataclass(slots=True)
class Seen:
    """Who has come in a file already: in which row with which scheme, and for which months."""

    _rows: array[int] = field(default_factory=lambda: array("q"))
    _months: dict[int, int] = field(default_factory=dict)

    def account(self, person_id: int, row: int, *, resident: bool) -> tuple[int, bool] | None:
        """Note an account; the row and the scheme of an earlier one."""
        if person_id >= len(self._rows):
            self._rows.extend([0] * (person_id + 1 - len(self._rows) + 4096))
        if before := self._rows[person_id]:
            return before // 2, bool(before % 2)
        self._rows[person_id] = row * 2 + resident
        return None

    def months(self, person_id: int, paid: Contribution) -> bool:
        """Note what was paid; whether a month of it was noted before."""
        first = (paid.year - FIRST_YEAR) * 12 + paid.first_month - 1
        wanted = ((1 << (paid.last_month - paid.first_month + 1)) - 1) << first
        had = self._months.get(person_id, 0)
        self._months[person_id] = had | wanted
        return bool(had & wanted)


@dataclass(frozen=True, slots=True)
class Rows:
    """Reads rows on the day `today`, by the rules of the `book`."""

    book: RuleBook
    today: date
    seen: Seen = field(default_factory=Seen)
    _schemes: dict[tuple[str, date], Scheme | None] = field(default_factory=dict)

    def account(self, cells: Cells, person: Known) -> NewAccount | None:
        """The account of a row; None if something is wrong with it."""
        scheme = cells.choice(Column.SCHEME, "scheme", "resident")
        self._once(cells, person, scheme)
        new = NewAccount(
            person_id=person.id,
            scheme="employee" if scheme == "employee" else "resident",
            region=_region(cells, person),
            as_of=cells.day(Column.AS_OF),
            joined=scheme != "none",
            joined_on=cells.day(Column.JOINED_ON),
            years_paid=cells.years(Column.YEARS_PAID),
            balance=cells.amount(Column.BALANCE),
            launch=cells.day(Column.LAUNCH, month=True),
            other_pension=cells.choice(Column.OTHER_PENSION, "yes_no", "no") == "yes",
            benefits_from=cells.day(Column.BENEFITS_FROM, month=True),
            benefit=cells.amount(Column.BENEFIT),
            certified_on=cells.day(Column.CERTIFIED_ON),
            way=cells.choice(Column.WAY, "way", "unknown"),
        )
        if not cells.wrong:
            _together(cells, new)
            self._by_rules(cells, new, person)
        return None if cells.wrong else new

    def contribution(self, cells: Cells, person: Known) -> Contribution | None:
        """What a row says was paid; None if something is wrong with it."""
        year = self._year(cells)
        months = self._months(cells, year)
        tier, paid = cells.amount(Column.TIER), cells.amount(Column.PAID)
        others = [cells.amount(one) for one in (Column.SUBSIDY, Column.COLLECTIVE, Column.AID)]
        if tier is None and paid is None and not cells.wrong:
            cells.fault(Column.TIER, "no_tier")
        if tier is not None and year is not None:
            self._offered(cells, person, year, tier)
        if year is None or months is None or cells.wrong:
            return None
        whole = int(tier) if tier is not None else None
        new = Contribution(year, *months, whole, tier if paid is None else paid, *others)
        if self.seen.months(person.id, new):
            cells.fault(Column.YEAR, "months_twice")
            return None
        return new

    def _once(self, cells: Cells, person: Known, scheme: str) -> None:
        resident = scheme != "employee"
        before = self.seen.account(person.id, cells.row.number, resident=resident)
        if before is None:
            return
        row, other = before
        whose = Column.PERSON if Column.PERSON in cells.places else Column.ID_NUMBER
        if other is resident:
            cells.fault(whose, "person_twice", row=row)
        else:
            cells.fault(Column.SCHEME, "two_schemes", row=row)

    def _by_rules(self, cells: Cells, new: NewAccount, person: Known) -> None:
        if new.scheme != "resident":  # the other scheme's ages are not ours to check
            return
        insured = Insured(
            birth=person.birth_date,
            region=new.region,
            years_paid=new.years_paid or 0,
            benefits_from=new.benefits_from,
        )
        scheme = self._scheme(new.region, self.today)
        for problem in problems(insured, scheme, self.today) if scheme else ():
            if told := _COLUMNS.get(problem.fault):
                column, code = told
                cells.fault(column, code, **problem.values)

    def _scheme(self, region: str, on: date) -> Scheme | None:
        if (region, on) not in self._schemes:
            try:
                self._schemes[region, on] = self.book.scheme_in_force(region, on)
            except Refused:
                self._schemes[region, on] = None
        return self._schemes[region, on]

    def _year(self, cells: Cells) -> int | None:
        text = cells.text(Column.YEAR).removesuffix("年")
        if text.isascii() and text.isdigit() and FIRST_YEAR <= int(text) <= self.today.year:
            return int(text)
        cells.fault(Column.YEAR, "bad_year")
        return None

    def _months(self, cells: Cells, year: int | None) -> tuple[int, int] | None:
        text = "".join(cells.text(Column.MONTHS).split())
        if not text:
            return 1, 12
        parts = _MONTHS.fullmatch(text)
        first, last = (int(parts[1]), int(parts[2] or parts[1])) if parts else (0, 0)
        if not 1 <= first <= last <= 12:
            cells.fault(Column.MONTHS, "bad_months")
            return None
        if year == self.today.year and first > self.today.month:
            cells.fault(Column.MONTHS, "months_in_future")
            return None
        return first, last

    def _offered(self, cells: Cells, person: Known, year: int, tier: Decimal) -> None:
        """A year of which no scheme is on record can't be checked."""
        scheme = self._scheme(person.area_code[:_COUNTY], date(year, 7, 1))
        if scheme is not None and tier not in scheme.tiers:
            offered = ", ".join(map(str, scheme.tiers))
            cells.fault(Column.TIER, "tier_not_offered", year=year, tier=tier, offered=offered)


def _region(cells: Cells, person: Known) -> str:
    text = cells.text(Column.REGION)
    if text and not (text.isascii() and text.isdigit() and 6 <= len(text) <= 15):
        cells.fault(Column.REGION, "bad_region")
    return text or person.area_code[:_COUNTY]


def _together(cells: Cells, new: NewAccount) -> None:
    """Whether what the row says goes together."""
    if new.as_of is None and (new.years_paid is not None or new.balance is not None):
        cells.fault(Column.AS_OF, "as_of_missing")
    if new.as_of and new.joined_on and new.as_of < new.joined_on:
        cells.fault(Column.AS_OF, "as_of_before_joining")
    if new.benefit is not None and new.benefits_from is None:
        cells.fault(Column.BENEFITS_FROM, "benefit_without_start")
    if not new.joined and (new.years_paid or new.balance or new.benefits_from):
        cells.fault(Column.SCHEME, "not_joined")
