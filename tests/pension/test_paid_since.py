"""What was paid after the day of the balance is in the estimate, and nothing is counted twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pension import (
    Fault,
    Gap,
    Insured,
    PaidYear,
    Plan,
    Refused,
    RuleBook,
    StepCode,
    built_in,
    estimate,
)
from pension.paid_since import paid_since
from tests.pension.conftest import VILLAGE

TODAY = date(2026, 11, 22)
YEAR_END = Insured(
    birth=date(1976, 3, 4),
    region=VILLAGE,
    joined=True,
    years_paid=6,
    paid_this_year=True,
    balance=Decimal(1000),
    balance_on=date(2025, 12, 31),
)


def paid(*years: PaidYear, told: date | None = date(2025, 12, 31)) -> Insured:
    return replace(YEAR_END, paid=years, balance_on=told)


def test_a_payment_after_the_balance_is_added_with_what_others_paid(book: RuleBook) -> None:
    this_year = PaidYear(2026, 500, Decimal(500), Decimal(85), Decimal(20))
    found = paid_since(book, paid(this_year), TODAY)
    assert found.by_year == {2026: Decimal("605.00")}
    assert [step.code for step in found.why.steps] == [StepCode.PAID_SINCE]
    before = estimate(book, YEAR_END, Plan(500), TODAY)
    after = estimate(book, paid(this_year), Plan(500), TODAY)
    assert after.balance == before.balance + 605
    assert StepCode.PAID_SINCE in [step.code for step in after.why.steps]


def test_a_subsidy_that_was_not_told_is_taken_at_its_least_and_cited(book: RuleBook) -> None:
    found = paid_since(book, paid(PaidYear(2026, 500, Decimal(500))), TODAY)
    assert found.by_year == {2026: Decimal(560)}
    assert found.why.rows == (book.scheme_named("national_2014"),)


@pytest.mark.parametrize(
    ("year", "amount"),
    [
        (PaidYear(2026, 500), 560),  # the tier alone
        (PaidYear(2026, None, Decimal(250)), 250),  # a part of a year
        (PaidYear(2026, 250, Decimal(250)), 250),  # a tier that is not offered
        (PaidYear(2026), 0),
    ],
)
def test_what_is_not_told_is_not_guessed(book: RuleBook, year: PaidYear, amount: int) -> None:
    assert paid_since(book, paid(year), TODAY).by_year == {2026: Decimal(amount)}


def test_parts_of_a_year_add_up(book: RuleBook) -> None:
    halves = (PaidYear(2026, None, Decimal(100)), PaidYear(2026, None, Decimal(150)))
    assert paid_since(book, paid(*halves), TODAY).by_year == {2026: Decimal(250)}


def test_a_payment_of_the_year_of_the_balance_is_told_and_not_added(book: RuleBook) -> None:
    for told in (date(2026, 6, 30), None):  # without a day it may be of today
        found = paid_since(book, paid(PaidYear(2026, 500), told=told), TODAY)
        assert found.by_year == {}
        assert [one.code for one in found.why.caveats] == [Gap.MAY_BE_IN_BALANCE]


def test_payments_before_the_balance_are_in_it(book: RuleBook) -> None:
    found = paid_since(book, paid(PaidYear(2024, 500)), TODAY)
    assert (found.by_year, found.why.caveats) == ({}, ())


def test_without_a_balance_nothing_is_added_to_it(book: RuleBook) -> None:
    unknown = replace(paid(PaidYear(2026, 500)), balance=None)
    assert paid_since(book, unknown, TODAY).by_year == {}


def test_an_old_balance_grows_from_its_own_day(with_county: Callable[[str], RuleBook]) -> None:
    rates = "".join(
        f'[[interest]]\nregion = "{VILLAGE[:6]}"\nyear = {year}\nrate = 0.02\n'
        'source = "county_notice"\nstatus = "statute"\n'
        for year in (2025, 2026)
    )
    old = paid(PaidYear(2025, 100, Decimal(100), Decimal(30)), told=date(2024, 12, 31))
    found = estimate(with_county(rates), old, Plan(100, years=0), TODAY)
    exact = (Decimal(1000) * Decimal("1.02") + 130) * Decimal("1.02")
    assert found.balance == exact.quantize(Decimal("0.01"))


@pytest.mark.parametrize(
    "wrong",
    [
        PaidYear(2026, 500, paid=Decimal(-1)),
        PaidYear(2026, 500, subsidy=Decimal(-1)),
        PaidYear(2026, 500, aid=Decimal(-1)),
    ],
)
def test_a_negative_payment_is_refused(book: RuleBook, wrong: PaidYear) -> None:
    with pytest.raises(Refused) as refused:
        paid_since(book, paid(wrong), TODAY)
    assert refused.value.fault is Fault.NEGATIVE_AMOUNT


AMOUNTS = st.decimals(0, 2000, places=2)
BOOK = built_in()


@given(st.integers(2020, 2026), AMOUNTS, AMOUNTS, st.dates(date(2020, 1, 1), TODAY))
def test_a_payment_more_never_lowers_an_estimate(
    year: int, own: Decimal, subsidy: Decimal, told: date
) -> None:
    without = estimate(BOOK, paid(told=told), Plan(500), TODAY)
    with_it = estimate(BOOK, paid(PaidYear(year, 500, own, subsidy), told=told), Plan(500), TODAY)
    added = own + subsidy if year > told.year else Decimal(0)
    assert with_it.balance == without.balance + added
