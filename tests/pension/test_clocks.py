"""Time limits in working days."""

from __future__ import annotations

from datetime import date

import pytest

from pension import Gap, RuleBook, deadline_after, deadlines


def test_a_transfer_has_three_steps_of_fifteen_days_each_from_the_end_of_the_last(
    book: RuleBook,
) -> None:
    found = deadlines(book, "transfer", date(2026, 4, 10))
    assert [each.day for each in found] == [
        date(2026, 5, 6),  # 1–5 May off
        date(2026, 5, 26),  # Saturday 9 May worked
        date(2026, 6, 16),
    ]
    assert not any(each.provisional for each in found)
    assert any(row.table == "clock" and row.clause for row in found[0].why.rows)


@pytest.mark.parametrize(
    ("name", "day"),
    [("registration", date(2026, 3, 16)), ("pension_application", date(2026, 3, 30))],
)
def test_limits_of_the_agency(book: RuleBook, name: str, day: date) -> None:
    (found,) = deadlines(book, name, date(2026, 3, 2))
    assert found.day == day


def test_a_limit_that_reaches_a_year_without_a_calendar_is_provisional(book: RuleBook) -> None:
    found = deadline_after(book, date(2026, 12, 21), 15)
    assert found.provisional
    (caveat,) = [each for each in found.why.caveats if each.code is Gap.CALENDAR_NOT_ON_RECORD]
    assert caveat.values["years"] == (2027,)
    assert found.day == date(2027, 1, 11)  # by weekends alone


def test_a_deployments_own_calendar_may_take_its_place(book: RuleBook) -> None:
    class EveryDay:
        def is_workday(self, day: date) -> bool:
            return True

        def on_record(self, year: int) -> bool:
            return year == 2027

    found = deadline_after(book, date(2027, 3, 1), 15, EveryDay())
    assert (found.day, found.provisional) == (date(2027, 3, 16), False)
    assert deadline_after(book, date(2026, 3, 1), 15, EveryDay()).provisional


def test_before_a_limit_was_in_force_and_for_an_unknown_one_there_is_none(book: RuleBook) -> None:
    assert deadlines(book, "registration", date(2023, 11, 30)) == ()
    assert deadlines(book, "nothing", date(2026, 3, 2)) == ()
