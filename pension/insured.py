"""What the office has on record of one person, and what can't be right about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from pension.codes import Fault
from pension.money import ZERO
from pension.months import Month, age_on, birthday
from pension.reasoning import Refused, check_names
from pension.tables import Scheme


@dataclass(frozen=True, slots=True)
class PaidYear:
    """What is on record of a year that was paid, in yuan.

    `tier` is None where it was not told or only a part of the year was paid; `paid` is the person's
    own part and `subsidy` the government's, None where they were not told; `aid` is all other.
    """

    year: int
    tier: int | None = None
    paid: Decimal | None = None
    subsidy: Decimal | None = None
    aid: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Insured:
    """Somebody who pays into the residents' scheme, could, or draws from it.

    `region` is a division code. `balance` is the account in yuan as of `balance_on`, None when it
    is not on record; `paid` are the paid years of which more is known. `launch` is the day the
    scheme began in the county, None for what the rules have. `benefits_from` is the first day of
    the pension, with `benefit` yuan a month; None before.
    """

    birth: date
    region: str
    joined: bool = False
    years_paid: int = 0
    paid_this_year: bool = False
    paid: tuple[PaidYear, ...] = ()
    balance: Decimal | None = None
    balance_on: date | None = None
    launch: date | None = None
    other_pension: bool = False
    student: bool = False
    in_employee_scheme: bool = False
    benefits_from: date | None = None
    benefit: Decimal | None = None
    certified_on: date | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that can't be right."""

    fault: Fault
    values: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_names(self.fault, self.values)


def problems(person: Insured, scheme: Scheme, on: date) -> tuple[Problem, ...]:
    """Everything that can't be right about a person's record on a day; an import lists them all."""
    if person.birth > on:
        return (Problem(Fault.BIRTH_IN_FUTURE, {"birth": person.birth}),)
    return (
        *_about_years(person, scheme, on),
        *_about_amounts(person),
        *_about_days(person, scheme, on),
    )


def check(person: Insured, scheme: Scheme, on: date) -> None:
    """Raise Refused for the first thing that can't be right."""
    for problem in problems(person, scheme, on):
        raise Refused(problem.fault, **problem.values)


def _about_years(person: Insured, scheme: Scheme, on: date) -> Iterator[Problem]:
    years = person.years_paid
    most = max(0, age_on(person.birth, on) - scheme.entry_age + 1)
    if years < 0:
        yield Problem(Fault.NEGATIVE_YEARS, {"years": years})
    elif years > most:
        yield Problem(Fault.TOO_MANY_YEARS, {"years": years, "most": most})


def _about_amounts(person: Insured) -> Iterator[Problem]:
    for name, amount in (("balance", person.balance), ("benefit", person.benefit)):
        if amount is not None and (not amount.is_finite() or amount < 0):
            yield Problem(Fault.NEGATIVE_AMOUNT, {"name": name, "amount": amount})


def _about_days(person: Insured, scheme: Scheme, on: date) -> Iterator[Problem]:
    for name in ("balance_on", "certified_on"):
        day = getattr(person, name)
        if day is not None and day > on:
            yield Problem(Fault.DAY_IN_FUTURE, {"name": name, "day": day})
    if person.benefits_from is None:
        return
    earliest = Month.of(birthday(person.birth, scheme.pension_age)).plus(1)
    first = Month.of(person.benefits_from)
    if first < earliest:
        yield Problem(Fault.BENEFIT_BEFORE_AGE, {"month": first, "earliest": earliest})
