"""How an account grows, under each convention."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pension import Convention, Fault, Gap, Rates, Refused, RuleBook, grow, rates_on_record
from tests.pension.conftest import VILLAGE

amounts = st.integers(0, 500_000).map(lambda cents: Decimal(cents) / 100)
rates = st.integers(0, 600).map(lambda parts: Decimal(parts) / 10_000)


@given(st.lists(st.tuples(amounts, rates), max_size=40), amounts, st.sampled_from(Convention))
def test_an_account_grows_as_exact_fractions_say(
    years: list[tuple[Decimal, Decimal]], opening: Decimal, convention: Convention
) -> None:
    span = range(2020, 2020 + len(years))
    found = grow(
        {year: credit for year, (credit, _) in zip(span, years, strict=True)},
        Rates({year: rate for year, (_, rate) in zip(span, years, strict=True)}),
        span,
        opening=opening,
        convention=convention,
    )
    exact = Fraction(opening)
    for credit, rate in years:
        early, late = (credit, 0) if convention is Convention.YEAR_START_CREDIT else (0, credit)
        exact = (exact + Fraction(early)) * (1 + Fraction(rate)) + Fraction(late)
    assert abs(Fraction(found.balance) - exact) <= Fraction(1, 200) + Fraction(1, 10**12)
    assert found.opening + found.payments + found.interest == found.balance


def test_by_year_end_a_payment_earns_nothing_in_its_year_by_year_start_it_does() -> None:
    rates = Rates(dict.fromkeys((2024, 2025), Decimal("0.02")))
    paid = {2024: Decimal(560), 2025: Decimal(560)}
    late = grow(paid, rates, range(2024, 2026))
    early = grow(paid, rates, range(2024, 2026), convention=Convention.YEAR_START_CREDIT)
    assert late.balance == Decimal("1131.20")
    assert early.balance == Decimal("1153.82")  # 560 × 1.02² + 560 × 1.02 = 1153.824


def test_an_empty_table_is_nought_percent_and_the_result_says_so(book: RuleBook) -> None:
    found = rates_on_record(book, VILLAGE, range(2026, 2029))
    assert found.by_year == {}
    (caveat,) = found.why.caveats
    assert (caveat.code, caveat.values) == (Gap.NO_INTEREST_RATE, {"years": (2026, 2027, 2028)})
    grown = grow({2026: Decimal(130)}, found, range(2026, 2029), opening=Decimal(1000))
    assert (grown.balance, grown.interest) == (1130, 0)
    assert grown.why.doubts(Gap.NO_INTEREST_RATE)


def test_the_rate_of_the_nearest_place_counts(with_county: Callable[[str], RuleBook]) -> None:
    row = '[[interest]]\nregion = "{}"\nyear = 2025\nrate = {}\n'
    row += 'source = "county_notice"\nstatus = "statute"\n'
    book = with_county(row.format("99", "0.03") + row.format("9902", "0.0249"))
    found = rates_on_record(book, VILLAGE, range(2025, 2027))
    assert found.by_year == {2025: Decimal("0.0249")}
    assert [each.values["years"] for each in found.why.caveats] == [(2026,)]
    assert rates_on_record(book, "9901", range(2025, 2026)).by_year == {2025: Decimal("0.03")}


def test_what_is_paid_outside_the_years_does_not_count() -> None:
    found = grow({2019: Decimal(100), 2021: Decimal(100)}, Rates({}), range(2020, 2021))
    assert found.balance == 0


@pytest.mark.parametrize("wrong", [Decimal(-1), Decimal("NaN"), Decimal("Infinity")])
def test_amounts_that_can_not_be_are_refused(wrong: Decimal) -> None:
    for paid, opening in (({2020: wrong}, Decimal(0)), ({}, wrong)):
        with pytest.raises(Refused) as caught:
            grow(paid, Rates({}), range(2020, 2021), opening=opening)
        assert caught.value.fault is Fault.NEGATIVE_AMOUNT
