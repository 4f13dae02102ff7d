"""What can't be right about a person's record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from pension import Fault, Insured, Month, RuleBook, problems
from tests.pension.conftest import VILLAGE

TODAY = date(2026, 11, 22)
GOOD = Insured(
    birth=date(1970, 3, 4),
    region=VILLAGE,
    joined=True,
    years_paid=12,
    balance=Decimal("3456.78"),
    balance_on=date(2025, 12, 31),
)


def faults(book: RuleBook, **changes: object) -> list[Fault]:
    scheme = book.scheme_in_force(VILLAGE, TODAY)
    person = replace(GOOD, **changes)  # type: ignore[arg-type]
    return [problem.fault for problem in problems(person, scheme, TODAY)]


def test_a_good_record_has_no_problems(book: RuleBook) -> None:
    assert faults(book) == []
    assert faults(book, benefits_from=date(2026, 11, 1), birth=date(1966, 10, 9)) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"birth": date(2027, 1, 1)}, Fault.BIRTH_IN_FUTURE),
        ({"years_paid": -1}, Fault.NEGATIVE_YEARS),
        ({"years_paid": 42}, Fault.TOO_MANY_YEARS),
        ({"balance": Decimal("-0.01")}, Fault.NEGATIVE_AMOUNT),
        ({"benefit": Decimal("NaN")}, Fault.NEGATIVE_AMOUNT),
        ({"balance_on": date(2026, 11, 23)}, Fault.DAY_IN_FUTURE),
        ({"certified_on": date(2026, 12, 1)}, Fault.DAY_IN_FUTURE),
        ({"benefits_from": date(2026, 11, 1)}, Fault.BENEFIT_BEFORE_AGE),
    ],
)
def test_each_fault_is_found(book: RuleBook, changes: dict[str, object], fault: Fault) -> None:
    assert faults(book, **changes) == [fault]


def test_all_faults_of_a_row_are_found_at_once(book: RuleBook) -> None:
    found = faults(book, years_paid=-3, balance=Decimal(-3), balance_on=date(2030, 1, 1))
    assert found == [Fault.NEGATIVE_YEARS, Fault.NEGATIVE_AMOUNT, Fault.DAY_IN_FUTURE]


def test_a_benefit_too_early_names_the_first_month(book: RuleBook) -> None:
    person = replace(GOOD, birth=date(1966, 11, 22), benefits_from=date(2026, 11, 1))
    (problem,) = problems(person, book.scheme_in_force(VILLAGE, TODAY), TODAY)
    assert problem.values == {"month": Month(2026, 11), "earliest": Month(2026, 12)}
