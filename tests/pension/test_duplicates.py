"""Paid twice, or drew twice."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pension import (
    Fault,
    Gap,
    Month,
    Refused,
    ResidentYear,
    RuleBook,
    built_in,
    duplicate_benefits,
    duplicate_contributions,
)
from pension.tables import TransferRule

cents = st.integers(0, 5_000_000).map(lambda number: Decimal(number) / 100)


@pytest.fixture
def rule(book: RuleBook) -> TransferRule:
    return book.transfer_named("final_2014")


def months(year: int, first: int, last: int) -> list[Month]:
    return [Month(year, month) for month in range(first, last + 1)]


def test_personal_and_collective_parts_of_the_shared_months_go_back(rule: TransferRule) -> None:
    found = duplicate_contributions(
        rule,
        [
            ResidentYear(2021, Decimal(1000), Decimal(120)),
            ResidentYear(2022, Decimal(1000)),
            ResidentYear(2023, Decimal(1000)),
        ],
        months(2020, 1, 12) + months(2021, 10, 12) + months(2022, 1, 7),
    )
    assert len(found.months) == 10
    assert found.refund_personal == Decimal("250.00") + Decimal("583.33")
    assert found.refund_collective == 30
    asked = {each.values["matter"] for each in found.why.caveats if each.code is Gap.ASK_AGENCY}
    assert asked == {"overlap_by_month", "overlap_subsidy"}


def test_the_draft_gave_only_the_personal_part_back_and_says_that_it_is_one(
    book: RuleBook,
) -> None:
    draft = book.transfer_named("draft")
    paid = [ResidentYear(2021, Decimal(1200), Decimal(120))]
    found = duplicate_contributions(draft, paid, months(2021, 1, 3))
    assert (found.refund_personal, found.refund_collective) == (300, 0)
    assert found.why.doubts(Gap.DRAFT_RULE)


def test_a_month_told_twice_counts_once(rule: TransferRule) -> None:
    paid = [ResidentYear(2021, Decimal(1200))]
    found = duplicate_contributions(rule, paid, months(2021, 1, 3) * 2)
    assert (len(found.months), found.refund) == (3, 300)


def test_where_nothing_overlaps_nothing_goes_back(rule: TransferRule) -> None:
    paid = [ResidentYear(2021, Decimal(1200))]
    found = duplicate_contributions(rule, paid, months(2022, 1, 12))
    assert (found.months, found.refund, found.why.caveats) == ((), 0, ())


def test_a_negative_payment_is_refused(rule: TransferRule) -> None:
    paid = [ResidentYear(2021, Decimal(-1))]
    with pytest.raises(Refused):
        duplicate_contributions(rule, paid, months(2021, 1, 1))


@given(cents, cents, st.sets(st.integers(1, 12)))
def test_no_more_goes_back_than_was_paid_and_a_whole_year_goes_back_whole(
    personal: Decimal, collective: Decimal, worked: set[int]
) -> None:
    rule = built_in().transfer_named("final_2014")
    paid = [ResidentYear(2021, personal, collective)]
    found = duplicate_contributions(rule, paid, [Month(2021, month) for month in worked])
    assert 0 <= found.refund_personal <= personal
    assert 0 <= found.refund_collective <= collective
    if len(worked) == 12:
        assert found.refund == personal + collective


def test_the_basic_pension_that_was_drawn_is_taken_from_the_account(rule: TransferRule) -> None:
    found = duplicate_benefits(
        rule, account=Decimal(5000), subsidy=Decimal(500), basic_received=Decimal(2000)
    )
    assert (found.from_account, found.refund, found.kept, found.still_owed) == (2000, 2500, 500, 0)


def test_what_the_account_does_not_cover_comes_from_the_employees_pension(
    rule: TransferRule,
) -> None:
    found = duplicate_benefits(
        rule, account=Decimal(1000), subsidy=Decimal(100), basic_received=Decimal(2000)
    )
    assert (found.from_account, found.refund, found.still_owed) == (900, 0, 1100)


def test_what_the_person_repaid_is_not_taken_again(rule: TransferRule) -> None:
    found = duplicate_benefits(
        rule,
        account=Decimal(1000),
        subsidy=Decimal(100),
        basic_received=Decimal(2000),
        repaid=Decimal(2000),
    )
    assert (found.from_account, found.refund, found.still_owed) == (0, 900, 0)


def test_a_subsidy_over_the_account_is_refused(rule: TransferRule) -> None:
    with pytest.raises(Refused) as caught:
        duplicate_benefits(
            rule, account=Decimal(10), subsidy=Decimal(11), basic_received=Decimal(0)
        )
    assert caught.value.fault is Fault.PARTS_OVER_ACCOUNT


@given(cents, cents, cents, cents)
def test_the_account_is_refund_offset_and_subsidy_to_the_cent(
    others: Decimal, subsidy: Decimal, received: Decimal, repaid: Decimal
) -> None:
    found = duplicate_benefits(
        built_in().transfer_named("final_2014"),
        account=others + subsidy,
        subsidy=subsidy,
        basic_received=received,
        repaid=repaid,
    )
    assert found.refund + found.from_account + found.kept == found.account
    assert found.from_account + found.still_owed == max(received - repaid, 0)
    assert min(found.refund, found.from_account, found.still_owed) >= 0
