"""When somebody has to certify again, and what happens when they don't."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pension import Certification, Gap, Month, RuleBook, Standing, built_in, certification, lapse
from tests.pension.conftest import VILLAGE

TODAY = date(2026, 11, 22)
FUJIAN = "350100"


def due(
    last: date | None, region: str = VILLAGE, on: date = TODAY, since: date = date(2020, 5, 1)
) -> Certification:
    found = certification(built_in(), region, last=last, benefits_from=since, on=on)
    assert found is not None
    return found


def test_twelve_months_and_365_days_differ_after_a_leap_day() -> None:
    assert due(date(2027, 6, 10)).due == date(2028, 6, 10)
    assert due(date(2027, 6, 10), FUJIAN).due == date(2028, 6, 9)
    assert due(date(2024, 2, 29)).due == date(2025, 2, 28)


def test_the_time_runs_from_the_first_benefit_until_somebody_certifies() -> None:
    assert due(None, since=date(2026, 3, 1)).due == date(2027, 3, 1)
    assert due(date(2026, 7, 9), since=date(2026, 3, 1)).due == date(2027, 7, 9)
    assert due(date(2025, 7, 9), since=date(2026, 3, 1)).due == date(2027, 3, 1)


@pytest.mark.parametrize(
    ("last", "standing"),
    [
        (date(2025, 12, 23), Standing.NOT_DUE),
        (date(2025, 12, 22), Standing.DUE_SOON),
        (date(2025, 11, 22), Standing.DUE_SOON),
        (date(2025, 11, 21), Standing.OVERDUE),
    ],
)
def test_thirty_days_ahead_it_is_due_soon_and_after_its_day_overdue(
    last: date, standing: Standing
) -> None:
    assert due(last).standing is standing


def test_the_national_row_is_told_to_be_a_convention_and_a_provinces_own_is_not() -> None:
    assert due(date(2026, 1, 1)).why.doubts(Gap.CONVENTION)
    assert not due(date(2026, 1, 1), FUJIAN).why.doubts(Gap.CONVENTION)


def test_when_it_lapses_the_months_after_are_not_paid_and_come_later() -> None:
    found = due(date(2025, 3, 15))
    assert found.pauses_from == Month(2026, 4)
    unpaid = lapse(found, Month(2026, 6), Decimal("180.25"))
    assert unpaid.months == (Month(2026, 4), Month(2026, 5), Month(2026, 6))
    assert unpaid.amount == Decimal("540.75")
    assert lapse(found, Month(2026, 6)).amount is None
    assert lapse(found, Month(2026, 3), Decimal(180)).months == ()


@given(st.dates(date(2018, 1, 1), date(2026, 11, 22)), st.sampled_from([VILLAGE, FUJIAN, "3208"]))
def test_every_certification_starts_the_time_anew(last: date, region: str) -> None:
    found = due(last, region, since=date(2018, 1, 1))
    assert timedelta(365) <= found.due - last <= timedelta(366)
    assert due(last + timedelta(40), region).due > found.due


def test_before_any_rule_on_record_nothing_is_said(book: RuleBook) -> None:
    old = certification(
        book, VILLAGE, last=None, benefits_from=date(2012, 1, 1), on=date(2013, 1, 1)
    )
    assert old is None
