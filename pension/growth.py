"""How an account grows: yearly credits, and interest by a convention that is named.

The rules say that interest is reckoned "by state regulations"; how a year's own payment is treated
is not in them, so it is a choice here: by ``year_end_credit`` it earns nothing in its first year,
by ``year_start_credit`` the whole year's interest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from pension.codes import Gap, StepCode
from pension.money import ZERO, not_negative, to_fen
from pension.reasoning import Caveat, Reasoning, Step
from pension.rulebook import RuleBook
from pension.tables import InterestRate


class Convention(StrEnum):
    """When in its year a payment begins to earn."""

    YEAR_END_CREDIT = "year_end_credit"
    YEAR_START_CREDIT = "year_start_credit"


@dataclass(frozen=True, slots=True)
class Rates:
    """Interest by calendar year, as parts of one. A year that is missing is reckoned at 0 %."""

    by_year: Mapping[int, Decimal]
    why: Reasoning = field(default_factory=Reasoning)


@dataclass(frozen=True, slots=True)
class Growth:
    """`balance` is `opening` plus `payments` plus `interest`, each to 0.01 yuan."""

    opening: Decimal
    payments: Decimal
    interest: Decimal
    balance: Decimal
    why: Reasoning


def rates_on_record(book: RuleBook, region: str, years: range) -> Rates:
    """The rates of the nearest place for each of the years; those without one are told."""
    rows = {year: _nearest(book, region, year) for year in years}
    known = [row for row in rows.values() if row]
    missing = tuple(year for year, row in rows.items() if row is None)
    parts: list[InterestRate | Caveat] = [*known]
    if missing:
        parts.append(Caveat(Gap.NO_INTEREST_RATE, {"years": missing}))
    return Rates({row.year: row.rate for row in known}, Reasoning.of(*parts))


def grow(
    paid_in: Mapping[int, Decimal],
    rates: Rates,
    years: range,
    *,
    opening: Decimal = ZERO,
    convention: Convention = Convention.YEAR_END_CREDIT,
) -> Growth:
    """Let an account grow through each of the years, from `opening` on the first day of the first.

    `paid_in` holds the payments by calendar year; those outside `years` do not count. Rounded
    once, at the end. Raises Refused for a negative amount.
    """
    balance = not_negative("opening", opening)
    payments = Decimal(0)
    for year in years:
        credit = not_negative("credit", paid_in.get(year, ZERO))
        rate = rates.by_year.get(year, Decimal(0))
        payments += credit
        if convention is Convention.YEAR_START_CREDIT:
            balance = (balance + credit) * (1 + rate)
        else:
            balance = balance * (1 + rate) + credit
    balance = to_fen(balance)
    opening, payments = to_fen(opening), to_fen(payments)
    told = {
        "opening": opening,
        "payments": payments,
        "interest": balance - opening - payments,
        "balance": balance,
    }
    why = Reasoning.of(rates.why, Step(StepCode.GROWN, told | {"convention": convention}))
    return Growth(**told, why=why)


def _nearest(book: RuleBook, region: str, year: int) -> InterestRate | None:
    rows = [row for row in book.interest if row.year == year and row.concerns(region)]
    return max(reversed(rows), key=lambda row: len(row.region), default=None)
