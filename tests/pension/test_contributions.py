"""What a year of contribution credits, and who pays it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pension import Fault, Gap, Refused, RuleBook, built_in, yearly_credit

TODAY = date(2026, 11, 22)
IN_2012 = date(2012, 6, 1)


def test_payment_and_subsidy_go_into_the_account(book: RuleBook) -> None:
    found = yearly_credit(book.scheme_named("jilin_2011"), 300, IN_2012)
    assert (found.personal, found.subsidy, found.amount) == (300, 40, 340)
    assert not found.at_least


def test_where_the_local_subsidy_is_not_on_record_the_floor_counts_and_is_told(
    book: RuleBook,
) -> None:
    found = yearly_credit(book.scheme_named("national_2014"), 300, TODAY)
    assert (found.subsidy, found.amount, found.at_least) == (30, 330, True)
    assert found.why.doubts(Gap.LOCAL_TABLE_NEEDED)


def test_for_a_severely_disabled_person_the_government_pays_the_lowest_tier(
    book: RuleBook,
) -> None:
    scheme = book.scheme_named("national_2014")
    found = yearly_credit(scheme, 100, TODAY, payer="government", hardship="severe_disability")
    assert (found.personal, found.by_government, found.amount) == (0, 100, 130)
    higher = yearly_credit(scheme, 500, TODAY, payer="government", hardship="severe_disability")
    assert (higher.personal, higher.by_government, higher.amount) == (400, 100, 560)


@pytest.mark.parametrize(
    ("hardship", "what"),
    [
        ("severe_disability", "government_pays_in_part"),
        ("minimum_living_allowance", "government_pays_for_whom"),
    ],
)
def test_whom_and_how_much_the_government_pays_is_told_to_be_local(
    book: RuleBook, hardship: str, what: str
) -> None:
    scheme = book.scheme_named("national_2014")
    found = yearly_credit(scheme, 100, TODAY, payer="government", hardship=hardship)
    told = [each.values["matter"] for each in found.why.caveats if each.code is Gap.LOCAL_RULE]
    assert told == [what]


def test_aid_may_come_to_the_top_tier_and_no_further(book: RuleBook) -> None:
    scheme = book.scheme_named("national_2014")
    most = yearly_credit(scheme, 100, TODAY, collective=Decimal(1500), aid=Decimal(500))
    assert most.amount == 100 + 30 + 2000
    with pytest.raises(Refused) as caught:
        yearly_credit(scheme, 100, TODAY, collective=Decimal(1500), aid=Decimal("500.01"))
    assert caught.value.fault is Fault.AID_OVER_LIMIT
    assert caught.value.values["limit"] == 2000


def test_the_pilot_set_no_limit_to_aid(book: RuleBook) -> None:
    found = yearly_credit(book.scheme_named("jilin_2011"), 100, IN_2012, aid=Decimal(5000))
    assert found.amount == 5130


def test_negative_aid_is_refused(book: RuleBook) -> None:
    with pytest.raises(Refused) as caught:
        yearly_credit(book.scheme_named("jilin_2011"), 100, IN_2012, aid=Decimal(-1))
    assert caught.value.fault is Fault.NEGATIVE_AMOUNT


@given(st.sampled_from(built_in().scheme_named("national_2014").tiers), st.booleans())
def test_the_parts_are_the_whole(tier: int, helped: bool) -> None:
    scheme = built_in().scheme_named("national_2014")
    found = yearly_credit(
        scheme, tier, TODAY, payer="government" if helped else "self", aid=Decimal("0.55")
    )
    parts = (found.personal, found.by_government, found.collective, found.aid, found.subsidy)
    assert sum(parts) == found.amount
    assert found.personal + found.by_government == tier
