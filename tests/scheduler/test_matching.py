"""Which obligations a visit meets."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.calendars import WorkingDays
from scheduler.lines import Line
from scheduler.matching import Match, matches, too_close
from scheduler.owed import Owed, owed
from scheduler.subjects import Event, Subject
from scheduler.windows import State, Window, window
from tests.scheduler.making import SHANGHAI, at, line, person, rule, visit

CHINA = WorkingDays.china()
DAY = timedelta(days=1)
ON_TIME, LATE = State.DONE_ON_TIME, State.DONE_LATE


def obligations(
    *lines: Line,
    subject: Subject | None = None,
    first: str = "2026-07-01",
    last: str = "2026-12-31",
) -> list[tuple[Owed, Window]]:
    """All that somebody owes in a range, with the windows."""
    found = []
    for one in lines:
        for each in owed(
            one, subject or person(), date.fromisoformat(first), date.fromisoformat(last)
        ):
            made = window(each.period, CHINA, SHANGHAI, each.since)
            if made:
                found.append((each, made))
    return found


def met(found: list[Match]) -> list[tuple[str, str, State]]:
    return [(one.owed.period.rule.id, one.owed.period.key, one.end) for one in found]


@pytest.mark.parametrize(
    ("changes", "satisfies"),
    [
        ({}, True),
        ({"form": "household_visit"}, False),
        ({"mode": "phone"}, False),
        ({"outcome": "nobody"}, False),
        ({"outcome": "family_met"}, True),
        ({"answers": {}}, False),
        ({"answers": {"akt": "faulty"}}, False),
        ({"role": "cadre"}, True),
        ({"role": "village_doctor"}, False),
        ({"role": None}, True),
    ],
)
def test_form_mode_outcome_answers_and_role_decide(
    changes: dict[str, Any], satisfies: bool
) -> None:
    one = rule(
        helped_by=["cadre"],
        satisfied_by=[
            {
                "form": "elderly_followup",
                "modes": ["home"],
                "outcomes": ["met", "family_met"],
                "answers": {"akt": ["working", "wanted"]},
            }
        ],
    )
    made = visit(date(2026, 9, 1), **({"answers": {"akt": "working"}} | changes))
    assert one.met_by(made) is satisfies


def test_of_several_answers_one_is_enough_and_any_where_none_is_named() -> None:
    chosen = rule(satisfied_by=[{"form": "elderly_followup", "answers": {"needs": ["meals"]}}])
    assert chosen.met_by(visit(date(2026, 9, 1), answers={"needs": "bathing meals"}))
    any_answer = rule(satisfied_by=[{"form": "elderly_followup", "answers": {"needs": []}}])
    assert any_answer.met_by(visit(date(2026, 9, 1), answers={"needs": "none"}))
    assert not any_answer.met_by(visit(date(2026, 9, 1), answers={"needs": ""}))


def test_a_way_to_satisfy_may_be_for_one_role_only() -> None:
    one = rule(
        helped_by=["village_doctor"],
        satisfied_by=[{"form": "elderly_followup", "roles": ["village_doctor"]}],
    )
    assert not one.met_by(visit(date(2026, 9, 1)))
    assert one.met_by(visit(date(2026, 9, 1), role="village_doctor"))


def test_one_visit_meets_the_monthly_and_the_quarterly_obligation() -> None:
    monthly, quarterly = line(rule(id="C01")), line(rule(id="C02", every="1 quarter"))
    found = matches(obligations(monthly, quarterly), visit(date(2026, 8, 15)))
    assert met(found) == [("C02", "2026Q3", ON_TIME), ("C01", "2026-08", ON_TIME)]


def test_a_visit_counts_for_the_period_of_its_day_and_not_of_its_entry() -> None:
    made = visit(date(2026, 9, 30), entered=at("2026-10-03T09:00"))
    (one,) = matches(obligations(line()), made)
    assert (one.owed.period.key, one.end) == ("2026-09", ON_TIME)
    assert (one.late_entry, one.settled) == (True, False)


def test_an_entry_after_the_late_days_needs_a_supervisor() -> None:
    made = visit(date(2026, 9, 30), entered=at("2026-10-08T00:00"))
    (one,) = matches(obligations(line()), made)
    assert one.settled
    (before,) = matches(
        obligations(line()), visit(date(2026, 9, 30), entered=at("2026-10-07T23:59"))
    )
    assert not before.settled


def test_a_missed_month_is_not_done_by_the_visit_of_the_next() -> None:
    assert met(matches(obligations(line()), visit(date(2026, 10, 2)))) == [
        ("T01", "2026-10", ON_TIME)
    ]


def test_a_report_after_its_day_is_done_late() -> None:
    report = line(
        rule(window={"opens": "end + 1 day", "due": "end + 5 days", "closes": "end + 25 days"})
    )
    open_now = obligations(report)
    assert met(matches(open_now, visit(date(2026, 10, 5)))) == [("T01", "2026-09", ON_TIME)]
    assert met(matches(open_now, visit(date(2026, 10, 6)))) == [("T01", "2026-09", LATE)]
    assert matches(open_now, visit(date(2026, 10, 27))) == []


def waiting(unsatisfied: str) -> Line:
    return line(rule(unsatisfied=unsatisfied, window={"closes": "never"}))


def test_what_merges_is_done_by_the_next_visit_along_with_its_own_period() -> None:
    found = matches(obligations(waiting("merge"), last="2026-09-30"), visit(date(2026, 9, 10)))
    assert met(found) == [
        ("T01", "2026-07", LATE),
        ("T01", "2026-08", LATE),
        ("T01", "2026-09", ON_TIME),
    ]


def test_what_is_carried_over_takes_a_visit_for_each_period_the_oldest_first() -> None:
    found = matches(obligations(waiting("carry"), last="2026-09-30"), visit(date(2026, 9, 10)))
    assert met(found) == [("T01", "2026-07", LATE)]


def test_a_visit_before_the_subject_came_or_after_it_left_counts_for_nothing() -> None:
    (owing, made), *_ = obligations(line(), first="2026-09-01")
    came = Owed(owing.period, date(2026, 9, 10), date(2026, 9, 20))
    later = window(owing.period, CHINA, SHANGHAI, came.since)
    assert later
    for day, counts in ((9, False), (10, True), (19, True), (20, False)):
        assert bool(matches([(came, later)], visit(date(2026, 9, day)))) is counts
    assert made.opens_on == date(2026, 9, 1)


def test_where_hours_count_the_moment_of_entry_decides_on_the_last_day() -> None:
    urgent = line(
        rule(
            anchor={"kind": "event", "events": ["fell"]},
            unsatisfied="merge",
            window={"opens": "event", "due": "event + 24 hours", "closes": "never"},
        )
    )
    fell = Event("fell", "f", date(2026, 9, 1), at("2026-09-01T22:00"))
    due = obligations(urgent, subject=person(events=(fell,)))
    second = date(2026, 9, 2)
    in_time = visit(second, entered=at("2026-09-02T21:59"))
    too_late = visit(second, entered=at("2026-09-02T22:00"))
    same_day = visit(date(2026, 9, 1), entered=at("2026-09-03T08:00"))
    assert [one.end for one in matches(due, in_time)] == [ON_TIME]
    assert [one.end for one in matches(due, too_late)] == [LATE]
    assert [(one.end, one.late_entry) for one in matches(due, same_day)] == [(ON_TIME, True)]


@pytest.mark.parametrize(("days", "close"), [(0, True), (6, True), (7, False), (-6, True)])
def test_visits_less_than_seven_days_apart_are_too_close(days: int, close: bool) -> None:
    edge = date(2026, 9, 30)
    assert too_close(rule(), edge, edge + DAY * days) is close


@given(
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    st.integers(0, 60),
    st.sampled_from(["1 week", "10 days", "1 month", "1 quarter", "1 year"]),
)
def test_a_visit_meets_exactly_the_period_in_which_it_was_made(
    day: date, entered_after: int, every: str
) -> None:
    made = visit(day, entered=at(day.isoformat()) + DAY * entered_after)
    due = obligations(line(rule(every=every)), first="2025-01-01", last="2027-12-31")
    (one,) = matches(due, made)
    assert one.owed.period.first <= day <= one.owed.period.last
    assert one.end is ON_TIME
    assert one.settled is (made.entered >= at((one.owed.period.last + DAY * 8).isoformat()))


@given(st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=15).map(sorted))
def test_a_carried_visit_goes_to_the_oldest_month_that_has_begun(days: list[date]) -> None:
    due = obligations(waiting("carry"), first="2026-01-01")
    waits = list(range(1, 13))
    for day in days:
        wanted = waits.pop(0) if waits and waits[0] <= day.month else None
        found = matches(due, visit(day))
        assert [one.owed.period.first.month for one in found] == ([wanted] if wanted else [])
        due = [one for one in due if one[0] not in [match.owed for match in found]]
