"""What a plan comes to: figures by hand, and what must hold for all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pension import (
    Convention,
    Fault,
    Gap,
    Insured,
    Month,
    Plan,
    Refused,
    RuleBook,
    StepCode,
    built_in,
    by_tier,
    estimate,
)
from tests.pension.conftest import COUNTY, VILLAGE

WithCounty = Callable[[str], RuleBook]
TODAY = date(2026, 11, 22)

AT_FIFTY = Insured(
    birth=date(1976, 3, 4),
    region=VILLAGE,
    joined=True,
    years_paid=6,
    paid_this_year=True,
    balance=Decimal("1000.00"),
    balance_on=date(2025, 12, 31),
)
OF_THE_TRANSITION = Insured(
    birth=date(1970, 7, 1),
    region=VILLAGE,
    joined=True,
    years_paid=8,
    launch=date(2015, 7, 2),
    balance=Decimal(2000),
)

COUNTY_RULES = f"""
[[scheme]]
id = "example_county"
frame = "national_2014"
region = "{COUNTY}"
valid_from = 2026-01-01
source = "county_notice"
status = "statute"
subsidies = [
  {{ tier = 100, amount = 30 }}, {{ tier = 200, amount = 40 }}, {{ tier = 300, amount = 50 }},
  {{ tier = 400, amount = 60 }}, {{ tier = 500, amount = 80 }}, {{ tier = 600, amount = 80 }},
  {{ tier = 700, amount = 80 }}, {{ tier = 800, amount = 80 }}, {{ tier = 900, amount = 80 }},
  {{ tier = 1000, amount = 120 }}, {{ tier = 1500, amount = 120 }}, {{ tier = 2000, amount = 200 }},
]

[[basic_pension]]
region = "{COUNTY}"
amount = 180
valid_from = 2026-01-01
source = "county_notice"
status = "statute"

[[increment]]
region = "{COUNTY}"
kind = "years"
over = 15
amount = 2
valid_from = 2026-01-01
source = "county_notice"
status = "statute"

[[interest]]
region = "{COUNTY}"
year = 2026
rate = 0.02
source = "county_notice"
status = "statute"
"""


def test_a_plan_by_hand(with_county: WithCounty) -> None:
    found = estimate(with_county(COUNTY_RULES), AT_FIFTY, Plan(500), TODAY)
    assert (found.years_to_pay, found.total_years) == (9, 15)  # one at each age from 51 to 59
    assert found.balance == Decimal("1000") * Decimal("1.02") + 9 * 580
    assert found.own_payments == 4500
    assert found.monthly is not None
    assert found.monthly.account == Decimal("44.89")  # 6240 / 139
    assert (found.monthly.amount, found.monthly.at_least) == (Decimal("224.89"), False)
    assert (found.qualifies, found.short_by) == (True, 0)
    assert found.first_month == Month(2036, 4)


def test_without_local_rows_everything_unsure_is_told(book: RuleBook) -> None:
    found = estimate(book, AT_FIFTY, Plan(500), TODAY)
    assert found.balance == 1000 + 9 * 560
    assert found.monthly is not None
    assert found.monthly.at_least
    told = {caveat.code for caveat in found.why.caveats}
    assert {
        Gap.LOCAL_TABLE_NEEDED,
        Gap.NO_INTEREST_RATE,
        Gap.NOT_ON_RECORD,
        Gap.NOT_VERIFIED,
        Gap.AT_TODAYS_RATES,
    } <= told
    steps = [step.code for step in found.why.steps]
    assert {StepCode.CREDITED, StepCode.GROWN, StepCode.ACCOUNT_DIVIDED} <= set(steps)
    assert all(row.source.title_zh for row in found.why.rows)


def test_too_few_years_are_told(book: RuleBook) -> None:
    found = estimate(book, AT_FIFTY, Plan(500, years=4), TODAY)
    assert (found.total_years, found.qualifies, found.short_by) == (10, False, 5)


def test_missing_years_can_be_paid_back_in_the_transition_up_to_fifteen(book: RuleBook) -> None:
    before = estimate(book, OF_THE_TRANSITION, Plan(300), TODAY)
    assert (before.need.required, before.years_to_pay, before.back_limit) == (15, 4, 3)
    assert (before.qualifies, before.short_by) == (False, 3)
    after = estimate(book, OF_THE_TRANSITION, Plan(300, back_years=3), TODAY)
    assert (after.qualifies, after.short_by) == (True, 0)
    assert after.balance - before.balance == 900  # without a subsidy
    assert after.own_payments - before.own_payments == 900
    assert Gap.LOCAL_RULE in {caveat.code for caveat in after.why.caveats}


def test_where_the_rule_of_a_place_refuses_the_subsidy_it_is_cited(book: RuleBook) -> None:
    person = replace(OF_THE_TRANSITION, region="140105")
    found = estimate(book, person, Plan(300, back_years=1), TODAY)
    assert any(row.table == "back_payment" for row in found.why.rows)


@pytest.mark.parametrize(
    ("plan", "fault"),
    [
        (Plan(450), Fault.TIER_NOT_OFFERED),
        (Plan(300, years=5), Fault.YEARS_OVER_LIMIT),
        (Plan(300, years=-1), Fault.NEGATIVE_YEARS),
        (Plan(300, back_years=4), Fault.BACK_PAYMENT_OVER_LIMIT),
        (Plan(300, back_years=-1), Fault.NEGATIVE_YEARS),
    ],
)
def test_plans_that_can_not_be_are_refused(book: RuleBook, plan: Plan, fault: Fault) -> None:
    with pytest.raises(Refused) as caught:
        estimate(book, OF_THE_TRANSITION, plan, TODAY)
    assert caught.value.fault is fault


def test_those_with_fifteen_years_ahead_can_not_pay_back_by_the_rules_on_record(
    book: RuleBook,
) -> None:
    with pytest.raises(Refused) as caught:
        estimate(book, AT_FIFTY, Plan(300, back_years=1), TODAY)
    assert caught.value.values == {"years": 1, "limit": 0}


def test_an_old_or_missing_balance_is_told(book: RuleBook) -> None:
    old = replace(AT_FIFTY, balance_on=date(2025, 11, 21))
    assert estimate(book, old, Plan(100), TODAY).why.doubts(Gap.BALANCE_OLD)
    missing = replace(AT_FIFTY, balance=None, balance_on=None)
    assert estimate(book, missing, Plan(100), TODAY).why.doubts(Gap.BALANCE_NOT_ON_RECORD)
    stranger = Insured(birth=date(1990, 1, 1), region="")
    assert not estimate(book, stranger, Plan(100), TODAY).why.doubts(Gap.BALANCE_NOT_ON_RECORD)


def test_the_convention_is_named_and_early_credit_earns_more(with_county: WithCounty) -> None:
    book = with_county(COUNTY_RULES)
    person = replace(AT_FIFTY, paid_this_year=False)
    late = estimate(book, person, Plan(500), TODAY)
    early = estimate(book, person, Plan(500), TODAY, Convention.YEAR_START_CREDIT)
    assert early.balance - late.balance == Decimal("11.60")  # 2 % of one year's 580
    (step,) = [step for step in early.why.steps if step.code is StepCode.GROWN]
    assert step.values["convention"] == "year_start_credit"


def test_who_was_sixty_at_the_launch_has_the_basic_pension_only(book: RuleBook) -> None:
    person = Insured(birth=date(1945, 1, 1), region="410101")
    found = estimate(book, person, Plan(100), TODAY)
    assert (found.years_to_pay, found.balance, found.qualifies) == (0, 0, True)
    assert found.monthly is not None
    assert (found.monthly.amount, found.monthly.at_least) == (163, True)
    assert found.first_month == Month(2026, 12)


people = st.builds(
    Insured,
    birth=st.dates(date(1950, 1, 1), date(2008, 1, 1)),
    region=st.sampled_from([VILLAGE, "640105", "41", ""]),
    joined=st.just(True),
    years_paid=st.integers(0, 2),
    paid_this_year=st.booleans(),
    balance=st.integers(0, 2_000_000).map(lambda number: Decimal(number) / 100),
    launch=st.none() | st.dates(date(2009, 9, 1), date(2012, 12, 31)),
)
tiers = st.sampled_from(built_in().scheme_named("national_2014").tiers)
conventions = st.sampled_from(Convention)


def amount(book: RuleBook, person: Insured, plan: Plan, convention: Convention) -> Decimal:
    monthly = estimate(book, person, plan, TODAY, convention).monthly
    assert monthly is not None
    return monthly.amount


@given(people, tiers, conventions, st.data())
def test_more_years_never_lower_an_estimate(
    person: Insured, tier: int, convention: Convention, data: st.DataObject
) -> None:
    book = built_in()
    left = estimate(book, person, Plan(tier), TODAY).years_to_pay
    fewer = data.draw(st.integers(0, left))
    more = data.draw(st.integers(fewer, left))
    assert amount(book, person, Plan(tier, fewer), convention) <= amount(
        book, person, Plan(tier, more), convention
    )


@given(people, conventions)
def test_a_higher_tier_never_lowers_an_estimate_where_the_subsidy_does_not_fall(
    person: Insured, convention: Convention
) -> None:
    found = by_tier(built_in(), person, TODAY, convention=convention)
    amounts = [each.monthly.amount for each in found if each.monthly]
    assert amounts == sorted(amounts)
    assert [each.plan.tier for each in found] == sorted(each.plan.tier for each in found)


def test_nor_does_it_with_a_countys_own_table_and_rate(with_county: WithCounty) -> None:
    book = with_county(COUNTY_RULES)
    amounts = [each.monthly.amount for each in by_tier(book, AT_FIFTY, TODAY) if each.monthly]
    assert len(amounts) == 12
    assert amounts == sorted(amounts)


@given(people, tiers)
def test_an_estimate_never_stands_without_its_rows_and_what_is_unsure(
    person: Insured, tier: int
) -> None:
    found = estimate(built_in(), person, Plan(tier), TODAY)
    assert found.monthly is not None
    assert {"scheme", "basic_pension"} <= {row.table for row in found.why.rows}
    assert found.why.doubts(Gap.AT_TODAYS_RATES)
    if found.monthly.at_least:
        assert found.why.doubts(Gap.NOT_ON_RECORD, Gap.MAY_BE_OUTDATED, Gap.LOCAL_RULE)
    assert found.first_month > Month.of(TODAY)
