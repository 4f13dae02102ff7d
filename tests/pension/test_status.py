"""How a pension stands, and the one thing to do next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pension import (
    Fault,
    Insured,
    Next,
    Reason,
    Refused,
    Route,
    RuleBook,
    Standing,
    built_in,
    status,
    turns_sixty_soon,
)
from tests.pension.conftest import VILLAGE

TODAY = date(2026, 11, 22)
LAUNCH = date(2011, 7, 1)

PAYING = Insured(
    birth=date(1976, 3, 4), region=VILLAGE, joined=True, years_paid=6, balance=Decimal(1000)
)
RECEIVING = Insured(
    birth=date(1955, 3, 4),
    region=VILLAGE,
    joined=True,
    years_paid=4,
    launch=LAUNCH,
    benefits_from=date(2015, 4, 1),
    benefit=Decimal("201.50"),
    certified_on=date(2026, 5, 1),
)


def test_somebody_who_pays(book: RuleBook) -> None:
    found = status(book, PAYING, TODAY)
    assert (found.age, found.receiving) == (50, False)
    assert (found.need.required, found.still_needed, found.payments_left) == (15, 9, 10)
    assert found.expected is not None
    assert found.expected.plan.tier == 100
    assert found.certification is None
    assert found.next is Next.PAY_THIS_YEAR
    assert {"scheme", "basic_pension"} <= {row.table for row in found.why.rows}


def test_the_tier_that_is_paid_counts_for_what_is_expected(book: RuleBook) -> None:
    found = status(book, PAYING, TODAY, tier=2000)
    assert found.expected is not None
    assert found.expected.own_payments == 20000


def test_somebody_who_draws_a_pension(book: RuleBook) -> None:
    found = status(book, RECEIVING, TODAY)
    assert (found.receiving, found.expected, found.still_needed) == (True, None, 0)
    assert found.certification is not None
    assert found.certification.due == date(2027, 5, 1)
    assert found.next is Next.NOTHING


@pytest.mark.parametrize(
    ("certified_on", "standing"),
    [
        (date(2025, 12, 1), Standing.DUE_SOON),
        (date(2025, 6, 1), Standing.OVERDUE),
        (None, Standing.OVERDUE),
    ],
)
def test_a_certification_that_is_due_comes_first(
    book: RuleBook, certified_on: date | None, standing: Standing
) -> None:
    found = status(book, replace(RECEIVING, certified_on=certified_on), TODAY)
    assert found.certification is not None
    assert (found.certification.standing, found.next) == (standing, Next.CERTIFY)


@pytest.mark.parametrize(
    ("changes", "step"),
    [
        ({"paid_this_year": True}, Next.NOTHING),
        ({"joined": False, "years_paid": 0}, Next.JOIN),
        ({"joined": False, "years_paid": 0, "student": True}, Next.ASK_AGENCY),
        ({"birth": date(1967, 1, 15), "years_paid": 15}, Next.PREPARE_CLAIM),
        ({"birth": date(1967, 1, 15), "years_paid": 14}, Next.PAY_THIS_YEAR),
        ({"birth": date(1966, 11, 22), "years_paid": 15, "launch": LAUNCH}, Next.CLAIM),
        ({"birth": date(1966, 11, 22), "years_paid": 9, "launch": LAUNCH}, Next.ASK_AGENCY),
        ({"birth": date(1960, 1, 1), "years_paid": 3, "launch": LAUNCH}, Next.PAY_BACK),
        ({"birth": date(1960, 1, 1), "years_paid": 9, "launch": LAUNCH}, Next.CLAIM),
        ({"birth": date(1960, 1, 1), "years_paid": 9}, Next.ASK_AGENCY),
        ({"birth": date(1960, 1, 1), "years_paid": 11}, Next.CLAIM),
        ({"birth": date(1940, 1, 1), "years_paid": 0}, Next.CLAIM),
        ({"birth": date(1940, 1, 1), "years_paid": 0, "other_pension": True}, Next.ASK_AGENCY),
    ],
)
def test_what_to_do_next(book: RuleBook, changes: dict[str, object], step: Next) -> None:
    person = replace(PAYING, **changes)  # type: ignore[arg-type]
    assert status(book, person, TODAY).next is step


def test_where_the_launch_is_not_on_record_no_number_of_years_is_given(book: RuleBook) -> None:
    found = status(book, replace(PAYING, birth=date(1962, 1, 1)), TODAY)
    assert (found.still_needed, found.need.reason) == (None, Reason.LAUNCH_NOT_ON_RECORD)


def test_a_record_that_can_not_be_is_refused(book: RuleBook) -> None:
    with pytest.raises(Refused) as caught:
        status(book, replace(PAYING, birth=date(2030, 1, 1)), TODAY)
    assert caught.value.fault is Fault.BIRTH_IN_FUTURE
    with pytest.raises(Refused) as caught:
        status(book, PAYING, TODAY, tier=123)
    assert caught.value.fault is Fault.TIER_NOT_OFFERED


@pytest.mark.parametrize(
    ("birth", "soon"),
    [
        (date(1966, 11, 21), False),
        (date(1966, 11, 22), True),
        (date(1967, 2, 22), True),
        (date(1967, 2, 23), False),
    ],
)
def test_who_turns_sixty_within_three_months(book: RuleBook, birth: date, soon: bool) -> None:
    assert turns_sixty_soon(book, birth, VILLAGE, TODAY) is soon


@given(st.dates(date(1926, 1, 1), TODAY), st.integers(0, 1), st.booleans())
def test_everybody_gets_an_answer(birth: date, years: int, joined: bool) -> None:
    if years and birth > date(2010, 11, 22):
        return
    person = Insured(birth=birth, region=VILLAGE, joined=joined, years_paid=years)
    found = status(built_in(), person, TODAY)
    assert found.next in Next
    assert found.need.route in {*Route, None}
    if found.need.required is not None:
        assert found.still_needed == max(0, found.need.required - years)
