"""Tiers, subsidies and their shares, and a local table held against its frame."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pension import (
    Fault,
    Gap,
    Reason,
    Refused,
    RuleBook,
    SchemeFault,
    built_in,
    check_table,
    subsidy,
)
from pension.tables import Scheme, TierAmount

TODAY = date(2026, 11, 22)
IN_2012 = date(2012, 6, 1)


@pytest.fixture
def pilot(book: RuleBook) -> Scheme:
    return book.scheme_named("jilin_2011")


@pytest.fixture
def nation(book: RuleBook) -> Scheme:
    return book.scheme_named("national_2014")


def local(nation: Scheme, **changes: object) -> Scheme:
    return nation.model_copy(update={"region": "99", "valid_from": date(2026, 1, 1), **changes})


def table(*rows: tuple[int, int]) -> tuple[TierAmount, ...]:
    return tuple(TierAmount(tier=tier, amount=Decimal(amount)) for tier, amount in rows)


@pytest.mark.parametrize("tier", range(100, 1001, 100))
def test_the_pilot_gave_thirty_and_five_more_for_each_hundred(pilot: Scheme, tier: int) -> None:
    found = subsidy(pilot, tier, IN_2012)
    assert found.amount == 30 + 5 * (tier // 100 - 1)
    assert found.province is not None
    assert found.county is not None
    assert found.province * 4 == found.county * 6
    assert found.province + found.county == found.amount


def test_above_the_pilots_table_the_county_decides_and_the_province_still_pays_its_share(
    pilot: Scheme,
) -> None:
    found = subsidy(pilot.model_copy(update={"tiers": (*pilot.tiers, 1200)}), 1200, IN_2012)
    assert (found.amount, found.province, found.county) == (None, Decimal("45.00"), None)
    assert found.reason is Reason.COUNTY_DECIDES


@pytest.mark.parametrize(
    ("tier", "floor"), [(100, 30), (200, 30), (400, 30), (500, 60), (2000, 60)]
)
def test_the_nation_sets_only_floors(nation: Scheme, tier: int, floor: int) -> None:
    found = subsidy(nation, tier, TODAY)
    assert (found.amount, found.at_least) == (None, floor)
    assert found.reason is Reason.LOCAL_TABLE_NEEDED
    assert found.why.doubts(Gap.LOCAL_TABLE_NEEDED)


def test_a_tier_that_is_not_offered_is_refused_with_those_that_are(nation: Scheme) -> None:
    with pytest.raises(Refused) as caught:
        subsidy(nation, 1200, TODAY)
    assert caught.value.fault is Fault.TIER_NOT_OFFERED
    assert caught.value.values == {"tier": 1200, "offered": nation.tiers}


def test_a_local_table_that_nobody_looked_at_for_a_year_may_be_out_of_date(nation: Scheme) -> None:
    scheme = local(nation, subsidies=table((100, 35)))
    assert not subsidy(scheme, 100, TODAY).why.doubts(Gap.MAY_BE_OUTDATED)
    later = subsidy(scheme, 100, date(2027, 1, 2))
    assert later.amount == 35
    assert later.why.doubts(Gap.MAY_BE_OUTDATED)
    checked = scheme.model_copy(update={"checked_on": date(2026, 12, 1)})
    assert not subsidy(checked, 100, date(2027, 1, 2)).why.doubts(Gap.MAY_BE_OUTDATED)


@given(st.integers(1, 100_000), st.integers(1, 9), st.integers(1, 9))
def test_shares_add_up_to_the_cent(cents: int, province: int, county: int) -> None:
    amount = Decimal(cents) / 100
    scheme = (
        built_in()
        .scheme_named("national_2014")
        .model_copy(
            update={
                "subsidies": (TierAmount(tier=100, amount=amount),),
                "province_part": province,
                "county_part": county,
            }
        )
    )
    found = subsidy(scheme, 100, TODAY)
    assert found.province is not None
    assert found.county is not None
    assert found.province + found.county == found.amount == amount
    assert abs(found.province - amount * province / (province + county)) <= Decimal("0.005")


def test_a_table_within_its_frame_has_no_problems(nation: Scheme) -> None:
    rows = table(*((tier, 30 if tier < 500 else 60) for tier in nation.tiers))
    assert check_table(local(nation, subsidies=rows), nation) == ()


def test_a_table_is_held_against_floors_order_tiers_and_ceiling(nation: Scheme) -> None:
    scheme = local(
        nation,
        tiers=(200, 500, 600, 9000),
        subsidies=table((200, 29), (500, 80), (600, 70)),
    )
    problems = check_table(scheme, nation, flexible_worker_pays=Decimal(8000))
    found = {(problem.code, problem.values["tier"]) for problem in problems}
    assert (SchemeFault.SUBSIDY_UNDER_FLOOR, 200) in found
    assert (SchemeFault.SUBSIDY_FALLS, 600) in found
    assert (SchemeFault.SUBSIDY_MISSING, 9000) in found
    assert (SchemeFault.TIER_OF_FRAME_MISSING, 100) in found
    assert (SchemeFault.TOP_TIER_OVER_LIMIT, 9000) in found
    assert (SchemeFault.SUBSIDY_UNDER_FLOOR, 500) not in found


def test_the_pilots_tier_of_500_would_fall_under_the_floor_of_today(
    pilot: Scheme, nation: Scheme
) -> None:
    problems = check_table(pilot, nation)
    low = [p.values["tier"] for p in problems if p.code is SchemeFault.SUBSIDY_UNDER_FLOOR]
    assert low == [500, 600]
