"""How many years have to be paid, by birth date and the day the scheme began."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pension import (
    Gap,
    Reason,
    RequiredYears,
    Route,
    RuleBook,
    StepCode,
    built_in,
    payments_left,
    required_years,
)
from pension.months import age_on, birthday
from tests.pension.conftest import VILLAGE

TODAY = date(2026, 11, 22)
LAUNCH = date(2011, 7, 1)


def needed(birth: date, launch: date | None = LAUNCH, **facts: bool) -> RequiredYears:
    return required_years(built_in(), birth=birth, region=VILLAGE, on=TODAY, launch=launch, **facts)


def figures(need: RequiredYears) -> tuple[Route | None, int | None, int | None, int | None]:
    return need.route, need.required, need.back_payable, need.max_total


@pytest.mark.parametrize("birth", [date(1940, 2, 3), date(1951, 7, 1)])
def test_who_was_sixty_when_it_began_pays_nothing(birth: date) -> None:
    assert figures(needed(birth)) == (Route.BASIC_ONLY, 0, 0, 0)


def test_who_was_sixty_and_drew_another_pension_gets_none() -> None:
    need = needed(date(1945, 1, 1), other_pension=True)
    assert (need.route, need.required, need.reason) == (None, None, Reason.OTHER_PENSION)


@pytest.mark.parametrize(
    ("birth", "required", "back"),
    [
        (date(1951, 7, 2), 1, 14),  # sixty one day after
        (date(1954, 7, 1), 3, 12),
        (date(1963, 7, 1), 12, 3),
        (date(1966, 6, 30), 15, 0),  # one day under fifteen years to go
    ],
)
def test_with_less_than_fifteen_years_to_go_those_years_are_paid_and_the_rest_may_be_paid_back(
    birth: date, required: int, back: int
) -> None:
    assert figures(needed(birth)) == (Route.TRANSITION, required, back, 15)


@pytest.mark.parametrize("birth", [date(1966, 7, 1), date(1966, 7, 2), date(1999, 1, 1)])
def test_with_fifteen_years_and_more_to_go_fifteen_are_paid(birth: date) -> None:
    assert figures(needed(birth)) == (Route.FULL, 15, 0, None)


def test_a_part_of_a_year_counts_as_a_year_and_is_told() -> None:
    assert needed(date(1961, 9, 1)).required == 11
    assert needed(date(1961, 9, 1)).why.doubts(Gap.PART_YEARS)
    assert not needed(date(1961, 7, 1)).why.doubts(Gap.PART_YEARS)


@given(st.dates(date(1930, 1, 1), date(2010, 1, 1)), st.dates(date(2009, 9, 1), date(2012, 12, 31)))
def test_the_routes_are_the_three_of_the_rule_and_nobody_needs_more_than_fifteen(
    birth: date, launch: date
) -> None:
    need = needed(birth, launch)
    sixty = birthday(birth, 60)
    fifteen_on = birthday(launch, 15)
    route = (
        Route.BASIC_ONLY
        if sixty <= launch
        else Route.TRANSITION
        if sixty < fifteen_on
        else Route.FULL
    )
    assert need.route is route
    assert need.required is not None
    assert need.back_payable is not None
    assert 0 <= need.required <= 15
    if route is Route.TRANSITION:
        assert need.required + need.back_payable == 15


def test_the_day_on_record_for_a_county_counts(book: RuleBook) -> None:
    need = required_years(book, birth=date(1961, 7, 1), region="220402001001", on=TODAY)
    assert figures(need) == (Route.TRANSITION, 10, 5, 15)
    assert any(row.table == "launch" for row in need.why.rows)


def test_without_a_day_what_holds_for_all_days_is_said() -> None:
    assert figures(needed(date(1985, 1, 1), None)) == (Route.FULL, 15, 0, None)
    assert figures(needed(date(1940, 1, 1), None)) == (Route.BASIC_ONLY, 0, 0, 0)
    codes = [step.code for step in needed(date(1985, 1, 1), None).why.steps]
    assert codes == [StepCode.LAUNCH_BETWEEN, StepCode.REQUIRED_YEARS]


def test_without_a_day_the_figure_may_be_the_same_though_the_route_is_not() -> None:
    need = needed(date(1967, 1, 15), None)
    assert figures(need) == (None, 15, 0, None)
    assert need.reason is None


def test_without_a_day_and_with_a_different_answer_for_each_no_figure_is_given() -> None:
    need = needed(date(1960, 1, 1), None)
    assert figures(need) == (None, None, None, None)
    assert (need.reason, need.between) == (Reason.LAUNCH_NOT_ON_RECORD, (8, 11))
    assert need.why.doubts(Gap.NOT_ON_RECORD)


@given(st.dates(date(1930, 1, 1), date(2005, 1, 1)))
def test_what_is_said_without_a_day_holds_for_every_day(birth: date) -> None:
    need = needed(birth, None)
    first = date(2009, 9, 1)
    for days in range(0, 1200, 60):
        exact = needed(birth, first + timedelta(days=days))
        assert exact.required is not None
        if need.required is not None:
            assert exact.required == need.required
            assert need.route in {exact.route, None}
        else:
            assert need.between is not None
            assert need.between[0] <= exact.required <= need.between[1]


def test_whether_years_are_enough_is_known_outside_what_is_open() -> None:
    open_need = needed(date(1960, 1, 1), None)
    assert [open_need.met_by(years) for years in (7, 8, 10, 11)] == [False, None, None, True]
    plain = needed(date(1985, 1, 1))
    assert [plain.met_by(years) for years in (14, 15, 16)] == [False, True, True]
    assert needed(date(1945, 1, 1), other_pension=True).met_by(20) is None


@given(st.dates(date(1950, 1, 1), date(2009, 1, 1)), st.booleans())
def test_one_payment_is_left_for_each_age_before_sixty(birth: date, paid: bool) -> None:
    left = payments_left(birth, TODAY, 60, paid_this_year=paid)
    assert left == max(0, 60 - age_on(birth, TODAY) - paid)
