"""The pension rules in words: every code of `pension`, with its values, as a sentence.

Amounts, days and months are written in full; a name that comes from a county's own file is taken
literally. `pension_sources` tells where a rule comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Final

from core.texts import known, say
from handlers.markup import literal
from pension import (
    Caveat,
    Fault,
    Matter,
    Month,
    MonthlyPension,
    Reason,
    RuleBook,
    SchemeProblem,
    Step,
    StepCode,
)

_SUMS: Final[Mapping[StepCode, tuple[str, ...]]] = {
    StepCode.CREDITED: ("personal", "by_government", "collective", "aid", "subsidy"),
    StepCode.PENSION_ADDED: ("national", "local", "extra_years", "extra_age", "account"),
}
"""Steps that add parts up; those that are nothing are left out."""


@dataclass(frozen=True, slots=True)
class PensionWords:
    """Says what the rules of a book came to, in a language."""

    language: str
    book: RuleBook

    def say(self, key: str, /, **values: object) -> str:
        """A text of the catalogue ``pension``."""
        return say(self.language, f"pension.{key}", **values)

    # --- codes -----------------------------------------------------------------------------------

    def step(self, step: Step) -> str:
        """One step of a calculation."""
        values = self._values(step.values)
        if step.code in _SUMS:
            values["sum"] = self._sum(step.values, _SUMS[step.code])
        return self.say(f"step.{_variant(step)}", **values)

    def caveat(self, caveat: Caveat) -> str:
        """What is missing or may be out of date."""
        return self.say(f"gap.{caveat.code}", **self._values(caveat.values))

    def reason(self, reason: Reason) -> str:
        """Why something is not so."""
        return self.say(f"reason.{reason}")

    def fault(self, fault: Fault, values: Mapping[str, object]) -> str:
        """What is wrong with what was given, and what is right."""
        return self.say(f"fault.{fault}", **self._values(values))

    def scheme_problem(self, problem: SchemeProblem) -> str:
        """Where a local table falls short of the national frame."""
        return self.say(f"scheme_fault.{problem.code}", **self._values(problem.values))

    # --- values ----------------------------------------------------------------------------------

    def money(self, amount: Decimal | int) -> str:
        """An amount in yuan; whole yuan without fen."""
        exact = Decimal(amount)
        whole = exact == exact.to_integral_value()
        return self.say("money", amount=f"{exact:,.0f}" if whole else f"{exact:,.2f}")

    def day(self, day: date) -> str:
        """A day with its year."""
        return self.say("day", year=day.year, month=self._month(day.month), day=day.day)

    def month(self, month: Month) -> str:
        """A month with its year."""
        return self.say("month", year=month.year, month=self._month(month.month))

    def span(self, months: int) -> str:
        """A length of time in years and months."""
        years, rest = divmod(months, 12)
        key = "span_months" if rest and years else "months_only" if rest else "span"
        return self.say(f"span.{key}", n=rest or years, years=years)

    def region(self, region: str) -> str:
        """What a division code is called; one that the tables don't name is simply this place."""
        place = self.book.place_named(region)
        if place is None or place.region != region:
            return self.say("here")
        return literal(place.name_en if self.language == "en" else place.name_zh)

    def years(self, years: Iterable[int]) -> str:
        """Calendar years, those in a row from the first to the last."""
        return self.say("separator").join(_spans(sorted(years)))

    def tiers(self, tiers: Iterable[int]) -> str:
        """Tiers, in yuan a year."""
        return self.say("money", amount=self.say("separator").join(map(str, tiers)))

    def parts(self, monthly: MonthlyPension) -> str:
        """What a monthly pension is made of, without its sum."""
        names = _SUMS[StepCode.PENSION_ADDED]
        return self._sum({name: getattr(monthly, name) for name in names}, names)

    def _month(self, month: int) -> str:
        return say(self.language, "rulewords.months").split()[month - 1]

    def _values(self, values: Mapping[str, object]) -> dict[str, object]:
        return {name: self._value(name, value) for name, value in values.items()}

    def _value(self, name: str, value: object) -> object:
        match value:
            case Matter():
                return self.say(f"matter.{value}")
            case Decimal():
                return self.money(value)
            case date():
                return self.day(value)
            case Month():
                return self.month(value)
            case tuple():
                return self.tiers(value) if name == "offered" else self.years(value)
            case str():
                return self._named(name, value)
            case int() if name in ("tier", "lower_tier"):
                return self.money(value)
            case _:
                return value

    def _named(self, name: str, value: str) -> str:
        if name == "region":
            return self.region(value)
        key = f"{name}.{value}"
        return self.say(key) if known(f"pension.{key}") else literal(value)

    def _sum(self, values: Mapping[str, object], names: Iterable[str]) -> str:
        parts = [(name, values[name]) for name in names]
        shown = [(name, part) for name, part in parts if isinstance(part, Decimal) and part]
        return " + ".join(f"{self.say(f'part.{name}')} {self.money(part)}" for name, part in shown)


def _variant(step: Step) -> str:
    """The text of a step; some read otherwise where there is nothing to count."""
    if step.code is StepCode.REQUIRED_YEARS:
        if step.values["required"] == 0:
            return "required_years_none"
        return "required_years_capped" if step.values["max_total"] else "required_years"
    if step.code is StepCode.ACCOUNT_MOVES and step.values["amount"] == 0:
        return "account_moves_whole"
    return str(step.code)


def _spans(years: list[int]) -> list[str]:
    """2026, 2027, 2028, 2030 as ``2026–2028`` and ``2030``."""
    breaks = [later for earlier, later in pairwise(years) if later != earlier + 1]
    firsts = [*years[:1], *breaks]
    spans = []
    for first in firsts:
        last = first
        while last + 1 in years:
            last += 1
        spans.append(str(first) if first == last else f"{first}–{last}")
    return spans
