"""The monthly pension and its parts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pension import (
    Fault,
    Gap,
    Increments,
    Month,
    MonthlyPension,
    Refused,
    RuleBook,
    account_pension,
    basic_pension,
    built_in,
    increments,
    monthly_pension,
)
from pension.money import ZERO
from pension.reasoning import Reasoning
from tests.pension.conftest import COUNTY, VILLAGE

WithCounty = Callable[[str], RuleBook]
NOTHING_ADDED = Increments(ZERO, ZERO, at_least=False, why=Reasoning())
NOVEMBER = Month(2026, 11)

COUNTY_RULES = f"""
[[basic_pension]]
region = "{COUNTY}"
amount = 190.5
valid_from = 2026-01-01
source = "county_notice"
status = "statute"

[[increment]]
region = "{COUNTY}"
kind = "years"
over = 15
amount = 3
valid_from = 2026-01-01
source = "county_notice"
status = "statute"

[[increment]]
region = "{COUNTY}"
kind = "age"
over = 65
amount = 10
valid_from = 2026-01-01
source = "county_notice"
status = "statute"
"""


def pension(book: RuleBook, region: str, balance: str, *, years: int, age: int) -> MonthlyPension:
    basic = basic_pension(book, region, NOVEMBER)
    added = increments(book, region, NOVEMBER.first_day, years=years, age=age)
    found = monthly_pension(basic, added, Decimal(balance), 139)
    assert found is not None
    return found


def test_national_local_years_age_and_account_add_up(with_county: WithCounty) -> None:
    found = pension(with_county(COUNTY_RULES), VILLAGE, "13900", years=18, age=66)
    parts = (found.national, found.local, found.extra_years, found.extra_age, found.account)
    assert parts == (163, Decimal("27.50"), 9, 10, 100)
    assert found.amount == Decimal("309.50")
    assert not found.at_least


def test_fifteen_years_and_sixty_four_add_nothing(with_county: WithCounty) -> None:
    found = pension(with_county(COUNTY_RULES), VILLAGE, "0", years=15, age=64)
    assert (found.extra_years, found.extra_age, found.amount) == (0, 0, Decimal("190.50"))


def test_without_a_local_level_the_figure_is_a_lower_bound(book: RuleBook) -> None:
    found = pension(book, VILLAGE, "1390", years=15, age=60)
    assert (found.local, found.amount, found.at_least) == (0, 173, True)
    assert found.why.doubts(Gap.NOT_ON_RECORD)


@pytest.mark.parametrize(("years", "age", "what"), [(16, 60, "years"), (15, 65, "age")])
def test_what_places_may_add_is_told_where_it_is_not_on_record(
    book: RuleBook, years: int, age: int, what: str
) -> None:
    added = increments(book, VILLAGE, date(2026, 11, 1), years=years, age=age)
    assert (added.for_years, added.for_age, added.at_least) == (0, 0, True)
    assert [caveat.values for caveat in added.why.caveats if caveat.code is Gap.LOCAL_RULE] == [
        {"matter": f"extra_for_{what}"}
    ]


def test_where_not_even_a_minimum_is_on_record_there_is_no_figure(book: RuleBook) -> None:
    basic = basic_pension(book, "41", Month(2008, 1))
    assert monthly_pension(basic, NOTHING_ADDED, Decimal(1000), 139) is None


@pytest.mark.parametrize(
    ("balance", "amount"),
    [("0", "0.00"), ("139", "1.00"), ("2000.31", "14.39"), ("0.695", "0.01"), ("0.694", "0.00")],
)
def test_an_account_is_divided_and_rounded_half_up(balance: str, amount: str) -> None:
    assert account_pension(Decimal(balance), 139)[0] == Decimal(amount)


def test_a_negative_account_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        account_pension(Decimal("-0.01"), 139)
    assert caught.value.fault is Fault.NEGATIVE_AMOUNT


@given(st.integers(0, 50_000_000), st.integers(0, 10_000))
def test_more_in_the_account_never_means_less_a_month(cents: int, more: int) -> None:
    book = built_in()
    less = pension(book, VILLAGE, str(Decimal(cents) / 100), years=15, age=60)
    most = pension(book, VILLAGE, str(Decimal(cents + more) / 100), years=15, age=60)
    assert less.amount <= most.amount
    parts = (less.national, less.local, less.extra_years, less.extra_age, less.account)
    assert sum(parts) == less.amount
