"""What somebody may expect at sixty, if they pay a tier from now on: an estimate, never a promise.

It rests on the tier, the subsidy on record, the named interest convention and today's basic
pension; `why` holds all of them, and what could not be known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pension.back_payments import back_payable, back_payment
from pension.basic_pensions import basic_pension
from pension.codes import Fault, Gap, StepCode
from pension.contributions import yearly_credit
from pension.growth import Convention, Growth, grow, rates_on_record
from pension.increments import increments
from pension.insured import Insured, check
from pension.money import ZERO, to_fen
from pension.monthly import MonthlyPension, monthly_pension
from pension.months import Month, age_on, months_after
from pension.paid_since import PaidSince, paid_since
from pension.payment_months import first_payment
from pension.reasoning import Caveat, Reasoning, Refused, Step
from pension.required_years import RequiredYears, payments_left, required_years
from pension.rows import MONTHS_FRESH
from pension.rulebook import RuleBook
from pension.tables import Scheme


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody would do: pay `tier` in each of the coming `years` (None: every year until the
    pension age), and pay `back_years` back at the same tier now."""

    tier: int
    years: int | None = None
    back_years: int = 0


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a plan comes to.

    `total_years` are paid in the end, of which `need.required` are asked for; `qualifies` is None
    where that is not known, and `short_by` the years that are known to lack. At most `back_limit`
    years can be paid back beside those to pay. `own_payments` is what the person pays from now on,
    `balance` the account at the pension age, both in yuan. `monthly` is by the basic pension of
    today, None where none is on record; `first_month` is the first that is paid.
    """

    plan: Plan
    need: RequiredYears
    years_to_pay: int
    back_limit: int
    total_years: int
    qualifies: bool | None
    short_by: int
    own_payments: Decimal
    balance: Decimal
    monthly: MonthlyPension | None
    first_month: Month
    why: Reasoning


def estimate(
    book: RuleBook,
    person: Insured,
    plan: Plan,
    on: date,
    convention: Convention = Convention.YEAR_END_CREDIT,
) -> Estimate:
    """Reckon a plan through. Raises Refused for a record that can't be right, a tier that is not
    offered, and more years than there are."""
    scheme = book.scheme_in_force(person.region, on)
    check(person, scheme, on)
    need = needed_years(book, person, on)
    years = _years_to_pay(person, plan, scheme, on)
    limit = back_payable(need, person.years_paid, years)
    back = back_payment(
        book, scheme, person.region, on, tier=plan.tier, years=plan.back_years, limit=limit
    )
    credit = yearly_credit(scheme, plan.tier, on)
    since = paid_since(book, person, on)
    first = first_payment(scheme, person.birth, on)
    paid_in = _paid_in(
        on, credit.amount, back.credited, since, years=years, paid_this_year=person.paid_this_year
    )
    growth = _grow(book, person, first.of_age, paid_in, on=on, convention=convention)
    total = person.years_paid + years + back.years
    monthly = _monthly(book, person, scheme, balance=growth.balance, years=total, on=on)
    counted = {"paid": person.years_paid, "to_pay": years, "back": back.years, "total": total}
    return Estimate(
        plan=plan,
        need=need,
        years_to_pay=years,
        back_limit=limit,
        total_years=total,
        qualifies=need.met_by(total),
        short_by=max(0, (need.required or 0) - total),
        own_payments=to_fen(credit.personal * years + back.cost),
        balance=growth.balance,
        monthly=monthly,
        first_month=first.month,
        why=Reasoning.of(
            need.why,
            Step(StepCode.YEARS_COUNTED, counted),
            *([credit.why] if years else []),
            back.why,
            *_about_balance(person, on),
            since.why,
            growth.why,
            *([monthly.why] if monthly else []),
            first.why,
            Caveat(Gap.AT_TODAYS_RATES, {"month": Month.of(on)}),
        ),
    )


def by_tier(
    book: RuleBook,
    person: Insured,
    on: date,
    years: int | None = None,
    convention: Convention = Convention.YEAR_END_CREDIT,
) -> tuple[Estimate, ...]:
    """An estimate for every tier that is offered, from the lowest up."""
    scheme = book.scheme_in_force(person.region, on)
    return tuple(estimate(book, person, Plan(tier, years), on, convention) for tier in scheme.tiers)


def needed_years(book: RuleBook, person: Insured, on: date) -> RequiredYears:
    """The years that this person has to have paid."""
    return required_years(
        book,
        birth=person.birth,
        region=person.region,
        on=on,
        launch=person.launch,
        other_pension=person.other_pension,
    )


def _years_to_pay(person: Insured, plan: Plan, scheme: Scheme, on: date) -> int:
    left = payments_left(person.birth, on, scheme.pension_age, paid_this_year=person.paid_this_year)
    if plan.years is None:
        return left
    if plan.years < 0:
        raise Refused(Fault.NEGATIVE_YEARS, years=plan.years)
    if plan.years > left:
        raise Refused(Fault.YEARS_OVER_LIMIT, years=plan.years, limit=left)
    return plan.years


def _grow(
    book: RuleBook,
    person: Insured,
    of_age: date,
    paid_in: Mapping[int, Decimal],
    *,
    on: date,
    convention: Convention,
) -> Growth:
    """The account from its day up to the pension age. The year in which that is reached earns no
    interest."""
    known = person.balance_on.year + 1 if person.balance_on else on.year
    first, last = min(known, on.year), max(on.year, of_age.year)
    return grow(
        paid_in,
        rates_on_record(book, person.region, range(first, last)),
        range(first, last + 1),
        opening=person.balance or ZERO,
        convention=convention,
    )


def _paid_in(
    on: date, credit: Decimal, back: Decimal, since: PaidSince, *, years: int, paid_this_year: bool
) -> dict[int, Decimal]:
    """What is paid in by calendar year: paid already, paid back now, and from now on one a year."""
    first = on.year + paid_this_year
    paid_in = dict.fromkeys(range(first, first + years), credit)
    paid_in[on.year] = paid_in.get(on.year, ZERO) + back
    for year, amount in since.by_year.items():
        paid_in[year] = paid_in.get(year, ZERO) + amount
    return paid_in


def _monthly(
    book: RuleBook, person: Insured, scheme: Scheme, *, balance: Decimal, years: int, on: date
) -> MonthlyPension | None:
    age = max(scheme.pension_age, age_on(person.birth, on))
    basic = basic_pension(book, person.region, Month.of(on))
    added = increments(book, person.region, on, years=years, age=age)
    return monthly_pension(basic, added, balance, scheme.divisor)


def _about_balance(person: Insured, on: date) -> Iterator[Caveat]:
    if person.balance is None:
        if person.joined or person.years_paid:
            yield Caveat(Gap.BALANCE_NOT_ON_RECORD)
    elif person.balance_on and months_after(person.balance_on, MONTHS_FRESH) < on:
        yield Caveat(Gap.BALANCE_OLD, {"since": person.balance_on})
