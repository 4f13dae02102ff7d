"""Moving between the schemes: what moves, what stays, and what is not decided here."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pension import (
    BothSchemes,
    Fault,
    Gap,
    Month,
    Option,
    Reason,
    Refused,
    ResidentYear,
    RuleBook,
    built_in,
    minimum_employee_years,
    move,
    transfer,
)
from tests.pension.conftest import VILLAGE

TODAY = date(2026, 11, 22)
IN_2032 = date(2032, 6, 1)

cents = st.integers(0, 5_000_000).map(lambda number: Decimal(number) / 100)


def both(employee_months: int, **facts: object) -> BothSchemes:
    case = BothSchemes(
        employee_months,
        years_in_residents=8,
        resident_account=Decimal(5200),
        employee_account=Decimal(31000),
        at_employee_age=True,
    )
    return replace(case, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize("months", [180, 181, 400])
def test_with_fifteen_years_the_residents_account_moves_and_its_years_do_not_count(
    book: RuleBook, months: int
) -> None:
    found = transfer(book, both(months), TODAY)
    assert found.option is Option.RESIDENT_TO_EMPLOYEE
    assert (found.moved, found.after) == (5200, 36200)
    assert (found.employee_months, found.converted_months) == (months, 0)


@pytest.mark.parametrize("months", [1, 179])
def test_with_less_the_employees_account_moves_and_the_years_add_up(
    book: RuleBook, months: int
) -> None:
    found = transfer(book, both(months), TODAY)
    assert found.option is Option.EMPLOYEE_TO_RESIDENT
    assert (found.moved, found.after, found.pooled_fund_moved) == (31000, 36200, 0)
    assert found.resident_months == 96 + months


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (both(200, receiving=True), Reason.ALREADY_RECEIVING),
        (both(200, at_employee_age=False), Reason.BEFORE_STATUTORY_AGE),
        (both(0), Reason.NO_EMPLOYEE_YEARS),
    ],
)
def test_who_can_not_move(book: RuleBook, case: BothSchemes, reason: Reason) -> None:
    found = transfer(book, case, TODAY)
    assert (found.option, found.reason, found.moved) == (None, reason, 0)
    assert found.before == found.after


@pytest.mark.parametrize(
    ("year", "months"),
    [(2015, 180), (2029, 180), (2030, 186), (2034, 210), (2038, 234), (2050, 240)],
)
def test_the_employees_minimum_rises_by_half_a_year_each_year_from_2030(
    book: RuleBook, year: int, months: int
) -> None:
    found = minimum_employee_years(book, year)
    assert found is not None
    assert found.months == months


def test_no_minimum_is_told_for_a_year_before_any_rule(book: RuleBook) -> None:
    assert minimum_employee_years(book, 2010) is None


@pytest.mark.parametrize(
    ("months", "option"),
    [
        (179, Option.EMPLOYEE_TO_RESIDENT),
        (180, None),
        (197, None),
        (198, Option.RESIDENT_TO_EMPLOYEE),
    ],
)
def test_between_fifteen_years_and_the_rising_minimum_the_agency_is_asked(
    book: RuleBook, months: int, option: Option | None
) -> None:
    found = transfer(book, both(months), IN_2032)
    assert found.option is option
    assert found.why.doubts(Gap.NOT_VERIFIED)
    if option is None:
        assert found.reason is Reason.CONFIRM_WITH_AGENCY
        assert found.why.doubts(Gap.ASK_AGENCY)


def test_months_paid_in_both_go_back_and_count_for_the_employees_only(book: RuleBook) -> None:
    case = both(
        60,
        resident_years=(ResidentYear(2021, Decimal(600), Decimal(60)),),
        worked=tuple(Month(2021, month) for month in range(7, 13)),
    )
    found = transfer(book, case, TODAY)
    assert found.overlap.refund == 330
    assert found.resident_months == 96 - 6 + 60
    assert found.after == 36200 - 330


def test_the_draft_can_be_asked_for_by_name_but_is_never_in_force(book: RuleBook) -> None:
    paid = (ResidentYear(2021, Decimal(600), Decimal(60)),)
    case = both(60, resident_years=paid, worked=(Month(2021, 7),))
    assert transfer(book, case, TODAY).overlap.refund == 55
    draft = transfer(book, case, TODAY, book.transfer_named("draft"))
    assert draft.overlap.refund == 50
    assert draft.why.doubts(Gap.DRAFT_RULE)


def test_before_the_rule_nothing_is_said(book: RuleBook) -> None:
    with pytest.raises(Refused) as caught:
        transfer(book, both(200), date(2014, 6, 30))
    assert caught.value.fault is Fault.NO_SCHEME


@pytest.mark.parametrize(
    ("case", "fault"),
    [
        (both(-1), Fault.NEGATIVE_YEARS),
        (both(10, years_in_residents=-1), Fault.NEGATIVE_YEARS),
        (both(10, resident_account=Decimal(-1)), Fault.NEGATIVE_AMOUNT),
        (both(10, employee_account=Decimal(-1)), Fault.NEGATIVE_AMOUNT),
        (
            both(
                10,
                resident_account=Decimal(10),
                resident_years=(ResidentYear(2021, Decimal(600)),),
                worked=(Month(2021, 1),),
            ),
            Fault.PARTS_OVER_ACCOUNT,
        ),
    ],
)
def test_figures_that_can_not_be_are_refused(
    book: RuleBook, case: BothSchemes, fault: Fault
) -> None:
    with pytest.raises(Refused) as caught:
        transfer(book, case, TODAY)
    assert caught.value.fault is fault


@given(
    st.integers(0, 400),
    st.sampled_from([TODAY, IN_2032]),
    st.lists(st.tuples(cents, cents), max_size=5),
    st.sets(st.integers(0, 71)),
    st.tuples(cents, cents),
)
def test_what_was_there_before_is_there_after_or_was_refunded(
    employee_months: int,
    on: date,
    paid: list[tuple[Decimal, Decimal]],
    worked: set[int],
    accounts: tuple[Decimal, Decimal],
) -> None:
    years = tuple(
        ResidentYear(2018 + number, personal, collective)
        for number, (personal, collective) in enumerate(paid)
    )
    held = sum((year.personal + year.collective for year in years), accounts[0])
    case = BothSchemes(
        employee_months,
        years_in_residents=len(years),
        resident_account=held,
        employee_account=accounts[1],
        at_employee_age=True,
        resident_years=years,
        worked=tuple(Month(2018, 1).plus(number) for number in worked),
    )
    found = transfer(built_in(), case, on)
    assert found.before == found.after + found.overlap.refund
    assert found.before == held + accounts[1]
    assert (found.option is None) == (found.reason is not None)
    assert found.resident_months >= 0


def test_with_the_hukou_the_whole_account_and_the_years_move(book: RuleBook) -> None:
    found = move(book, VILLAGE, account=Decimal("1234.50"), years=7, receiving=False, on=TODAY)
    assert (found.allowed, found.account, found.years) == (True, Decimal("1234.50"), 7)


def test_who_draws_a_pension_stays_where_they_are(book: RuleBook) -> None:
    found = move(book, VILLAGE, account=Decimal(100), years=7, receiving=True, on=TODAY)
    assert (found.allowed, found.reason) == (False, Reason.ALREADY_RECEIVING)
    with pytest.raises(Refused):
        move(book, VILLAGE, account=Decimal(-1), years=7, receiving=False, on=TODAY)
