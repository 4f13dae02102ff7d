"""What was paid after the day of an account's balance, so that no estimate forgets it.

A balance is known as of a day, payments by their year. A year after that of the balance is added;
one of the same year may stand in the balance already, so it is told and not added.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from pension.codes import Gap, StepCode
from pension.insured import Insured, PaidYear
from pension.money import ZERO, not_negative, to_fen
from pension.reasoning import Caveat, Reasoning, Step
from pension.rulebook import RuleBook
from pension.subsidies import subsidy


@dataclass(frozen=True, slots=True)
class PaidSince:
    """Yuan that came into an account after the day of its balance, by calendar year."""

    by_year: Mapping[int, Decimal]
    why: Reasoning = field(default_factory=Reasoning)


def paid_since(book: RuleBook, person: Insured, on: date) -> PaidSince:
    """What to add to the balance on record by the day `on`; nothing where there is none.

    A subsidy that was not told is taken at its least. Raises Refused for a negative amount.
    """
    if person.balance is None:
        return PaidSince({})
    told = person.balance_on or on
    doubtful = tuple(sorted({one.year for one in person.paid if one.year == told.year}))
    parts: list[Reasoning | Caveat] = []
    by_year: dict[int, Decimal] = {}
    for one in person.paid:
        if told.year < one.year <= on.year:
            subsidised = _subsidy(book, person.region, one, on)
            amount = _own(one) + subsidised.amount + not_negative("aid", one.aid)
            by_year[one.year] = by_year.get(one.year, ZERO) + to_fen(amount)
            parts.append(subsidised.why)
    if doubtful:
        parts.append(Caveat(Gap.MAY_BE_IN_BALANCE, {"years": doubtful}))
    return PaidSince(by_year, Reasoning.of(*_told(told, by_year), *parts))


@dataclass(frozen=True, slots=True)
class _Subsidised:
    amount: Decimal
    why: Reasoning = field(default_factory=Reasoning)


def _own(paid: PaidYear) -> Decimal:
    return not_negative("personal", Decimal(paid.tier or 0) if paid.paid is None else paid.paid)


def _subsidy(book: RuleBook, region: str, paid: PaidYear, on: date) -> _Subsidised:
    if paid.subsidy is not None:
        return _Subsidised(not_negative("subsidy", paid.subsidy))
    scheme = book.scheme_in_force(region, min(on, date(paid.year, 12, 31)))
    if paid.tier is None or paid.tier not in scheme.tiers:
        return _Subsidised(ZERO)
    found = subsidy(scheme, paid.tier, on)
    return _Subsidised(found.at_least, found.why)


def _told(since: date, by_year: Mapping[int, Decimal]) -> Iterator[Step]:
    if by_year:
        values = {
            "since": since,
            "years": tuple(sorted(by_year)),
            "amount": sum(by_year.values(), ZERO),
        }
        yield Step(StepCode.PAID_SINCE, values)
