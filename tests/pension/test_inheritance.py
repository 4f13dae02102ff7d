"""What is left of an account, and who gets it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pension import Fault, Refused, RuleBook, built_in, inheritance

cents = st.integers(0, 10_000_000).map(lambda number: Decimal(number) / 100)


def test_by_the_rules_of_today_the_whole_balance_is_inherited(book: RuleBook) -> None:
    found = inheritance(
        book.scheme_named("national_2014"),
        others=Decimal(6000),
        subsidy=Decimal(600),
        paid_out=Decimal("1234.56"),
    )
    assert (found.left, found.inheritable, found.kept) == (
        Decimal("5365.44"),
        Decimal("5365.44"),
        0,
    )


def test_the_pilot_kept_the_subsidy(book: RuleBook) -> None:
    pilot = book.scheme_named("jilin_2011")
    whole = inheritance(pilot, others=Decimal(4000), subsidy=Decimal(400))
    assert (whole.inheritable, whole.kept) == (4000, 400)
    half = inheritance(pilot, others=Decimal(4000), subsidy=Decimal(400), paid_out=Decimal(2200))
    assert (half.left, half.inheritable, half.kept) == (2200, 2000, 200)


def test_of_an_account_that_is_used_up_nothing_is_left(book: RuleBook) -> None:
    found = inheritance(
        book.scheme_named("national_2014"),
        others=Decimal(1000),
        subsidy=Decimal(100),
        paid_out=Decimal(5000),
    )
    assert (found.left, found.inheritable, found.kept) == (0, 0, 0)


@given(st.sampled_from(["national_2014", "jilin_2011"]), cents, cents, cents)
def test_heirs_and_fund_share_what_is_left_to_the_cent(
    scheme: str, others: Decimal, subsidy: Decimal, paid_out: Decimal
) -> None:
    found = inheritance(
        built_in().scheme_named(scheme), others=others, subsidy=subsidy, paid_out=paid_out
    )
    assert found.left == max(others + subsidy - paid_out, 0)
    assert found.inheritable + found.kept == found.left
    assert found.inheritable >= 0
    assert found.kept >= 0


@pytest.mark.parametrize("name", ["others", "subsidy", "paid_out"])
def test_negative_amounts_are_refused(book: RuleBook, name: str) -> None:
    amounts = {"others": Decimal(1), "subsidy": Decimal(1), "paid_out": Decimal(1)}
    with pytest.raises(Refused) as caught:
        inheritance(book.scheme_named("national_2014"), **(amounts | {name: Decimal(-1)}))
    assert caught.value.fault is Fault.NEGATIVE_AMOUNT
    assert caught.value.values["name"] == name
