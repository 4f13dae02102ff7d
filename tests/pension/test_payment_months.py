"""The first month and the last, and what was paid beyond it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pension import Month, RuleBook, built_in, first_payment, last_payment, overpaid
from pension.tables import Scheme


@pytest.fixture
def nation(book: RuleBook) -> Scheme:
    return book.scheme_named("national_2014")


@pytest.mark.parametrize(
    ("birth", "month"),
    [
        (date(1966, 11, 1), Month(2026, 12)),
        (date(1966, 11, 30), Month(2026, 12)),
        (date(1966, 12, 1), Month(2027, 1)),
        (date(1968, 2, 29), Month(2028, 3)),
    ],
)
def test_it_starts_the_month_after_the_sixtieth_birthday(
    nation: Scheme, birth: date, month: Month
) -> None:
    assert first_payment(nation, birth).month == month


def test_who_qualifies_later_starts_the_month_after_that(nation: Scheme) -> None:
    found = first_payment(nation, date(1960, 1, 10), date(2026, 11, 22))
    assert (found.of_age, found.month) == (date(2020, 1, 10), Month(2026, 12))
    early = first_payment(nation, date(1970, 1, 10), date(2026, 11, 22))
    assert early.month == Month(2030, 2)


@given(st.dates(date(1930, 1, 1), date(2010, 12, 31)))
def test_it_never_starts_before_sixty_nor_more_than_a_month_after(birth: date) -> None:
    found = first_payment(built_in().scheme_named("national_2014"), birth)
    assert found.of_age < found.month.first_day
    assert Month.of(found.of_age).until(found.month) == 1


def test_the_month_of_death_is_the_last_and_the_agency_is_told_in_twenty_working_days(
    book: RuleBook,
) -> None:
    found = last_payment(book, date(2026, 9, 30))
    assert (found.month, found.stop_from) == (Month(2026, 9), Month(2026, 10))
    assert found.notice_by is not None
    assert found.notice_by.working_days == 20
    assert found.notice_by.day == date(2026, 11, 3)  # 1–7 October off, Saturday the 10th worked


def test_before_the_limit_was_in_force_no_day_is_given(book: RuleBook) -> None:
    assert last_payment(book, date(2020, 3, 1)).notice_by is None


def test_what_was_paid_after_the_month_of_death_goes_back(book: RuleBook) -> None:
    last = last_payment(book, date(2026, 3, 31))
    found = overpaid(last, Month(2026, 6), Decimal("181.37"))
    assert (found.months, found.amount) == (3, Decimal("544.11"))
    assert overpaid(last, Month(2026, 3), Decimal(181)).amount == 0
    assert overpaid(last, Month(2025, 12), Decimal(181)).months == 0
