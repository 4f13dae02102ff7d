"""Who may join."""

from __future__ import annotations

from datetime import date

import pytest

from pension import Fault, Gap, Reason, Refused, RuleBook, may_join

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("birth", "allowed"),
    [(date(2010, 11, 22), True), (date(2010, 11, 23), False), (date(1966, 11, 23), True)],
)
def test_from_the_sixteenth_birthday_to_the_sixtieth(
    book: RuleBook, birth: date, allowed: bool
) -> None:
    found = may_join(book, birth=birth, region="", on=TODAY)
    assert found.allowed is allowed
    assert found.reasons == (() if allowed else (Reason.UNDER_16,))


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        ({"student": True}, Reason.STUDENT),
        ({"in_employee_scheme": True}, Reason.EMPLOYEE_SCHEME),
        ({"other_pension": True}, Reason.OTHER_PENSION),
        ({"hukou_here": False}, Reason.HUKOU_ELSEWHERE),
    ],
)
def test_what_keeps_somebody_out(book: RuleBook, fact: dict[str, bool], reason: Reason) -> None:
    found = may_join(book, birth=date(1990, 1, 1), region="", on=TODAY, **fact)
    assert (found.allowed, found.reasons) == (False, (reason,))


def test_all_that_stands_against_it_is_told(book: RuleBook) -> None:
    found = may_join(book, birth=date(2012, 1, 1), region="", on=TODAY, student=True)
    assert found.reasons == (Reason.UNDER_16, Reason.STUDENT)


def test_who_has_reached_sixty_is_the_agencys_to_decide(book: RuleBook) -> None:
    found = may_join(book, birth=date(1966, 11, 22), region="", on=TODAY)
    assert (found.allowed, found.reasons) == (None, (Reason.PENSION_AGE_REACHED,))
    assert found.why.doubts(Gap.ASK_AGENCY)


def test_before_any_scheme_on_record_nothing_is_said(book: RuleBook) -> None:
    with pytest.raises(Refused) as caught:
        may_join(book, birth=date(1980, 1, 1), region="41", on=date(2008, 1, 1))
    assert caught.value.fault is Fault.NO_SCHEME
