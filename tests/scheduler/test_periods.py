"""Into which periods rules divide time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.lines import Line
from scheduler.periods import Period, boundaries, calendar_periods, subject_periods
from scheduler.subjects import Event, Subject
from scheduler.visit_rules import VisitRule
from tests.scheduler.making import line, person, rule, visit

DAY = timedelta(days=1)
EVERY = [
    "1 week",
    "2 weeks",
    "10 days",
    "1 month",
    "2 months",
    "1 quarter",
    "1 half-year",
    "1 year",
]
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def keys(periods: Sequence[Period]) -> list[str]:
    return [one.key for one in periods]


def ends(periods: Sequence[Period]) -> list[tuple[str, str]]:
    return [(one.first.isoformat(), one.last.isoformat()) for one in periods]


def of(
    one: VisitRule, subject: Subject, first: str, last: str, came: str = "2020-01-01"
) -> list[Period]:
    return subject_periods(
        one,
        subject,
        begins=one.valid_from,
        came=date.fromisoformat(came),
        first=date.fromisoformat(first),
        last=date.fromisoformat(last),
    )


# --- the calendar ---------------------------------------------------------------------------------


def test_a_range_gets_every_period_that_it_touches() -> None:
    found = calendar_periods(line(), date(2026, 1, 31), date(2026, 3, 1))
    assert ends(found) == [
        ("2026-01-01", "2026-01-31"),
        ("2026-02-01", "2026-02-28"),
        ("2026-03-01", "2026-03-31"),
    ]
    assert keys(found) == ["2026-01", "2026-02", "2026-03"]


def test_a_rule_that_is_switched_off_has_none() -> None:
    assert calendar_periods(line(rule(on=False)), date(2026, 1, 1), date(2026, 12, 31)) == []


def test_a_rule_has_no_period_that_begins_outside_its_validity() -> None:
    one = line(rule(valid_from=date(2026, 2, 1), valid_to=date(2026, 3, 15)))
    found = calendar_periods(one, date(2025, 1, 1), date(2027, 1, 1))
    assert ends(found) == [("2026-02-01", "2026-02-28"), ("2026-03-01", "2026-03-31")]


def test_what_is_left_of_a_month_is_a_period_if_there_is_time_to_visit() -> None:
    half = line(rule(valid_from=date(2026, 2, 15)))
    assert ends(calendar_periods(half, date(2026, 1, 1), date(2026, 3, 1))) == [
        ("2026-02-15", "2026-02-28"),
        ("2026-03-01", "2026-03-31"),
    ]
    last_days = line(rule(valid_from=date(2026, 2, 25)))
    assert ends(calendar_periods(last_days, date(2026, 1, 1), date(2026, 3, 1))) == [
        ("2026-02-25", "2026-03-31")
    ]


def test_a_new_version_begins_when_the_period_of_the_old_one_ends() -> None:
    old = rule(valid_to=date(2026, 8, 14), every="1 month")
    new = rule(version=2, valid_from=date(2026, 8, 15), every="1 quarter")
    found = calendar_periods(line(old, new), date(2026, 7, 1), date(2026, 12, 31))
    assert [(one.rule.version, one.key) for one in found] == [
        (1, "2026-07"),
        (1, "2026-08"),
        (2, "2026Q3"),
        (2, "2026Q4"),
    ]
    assert ends(found)[2] == ("2026-09-01", "2026-09-30")


def test_a_version_that_lies_within_a_period_of_the_one_before_has_none() -> None:
    first = rule(valid_to=date(2026, 7, 9), every="1 quarter")
    second = rule(version=2, valid_from=date(2026, 7, 10), valid_to=date(2026, 8, 9))
    third = rule(version=3, valid_from=date(2026, 8, 10))
    found = calendar_periods(line(first, second, third), date(2026, 7, 1), date(2026, 10, 31))
    assert [(one.rule.version, one.key) for one in found] == [(1, "2026Q3"), (3, "2026-10")]


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """Up to four versions of a rule by the calendar, one after the other."""
    starts = draw(st.lists(DAYS, min_size=1, max_size=4, unique=True).map(sorted))
    stops: list[date | None] = [*(one - DAY for one in starts[1:]), None]
    return Line(
        tuple(
            rule(
                version=number,
                valid_from=starts_on,
                valid_to=stops_on,
                every=draw(st.sampled_from(EVERY)),
                newcomer_days=draw(st.sampled_from([0, 3, 7])),
            )
            for number, (starts_on, stops_on) in enumerate(zip(starts, stops, strict=True), 1)
        )
    )


@given(lines(), DAYS, st.integers(0, 800))
def test_periods_by_the_calendar_have_neither_gap_nor_overlap(
    one: Line, first: date, length: int
) -> None:
    last = first + DAY * length
    found = calendar_periods(one, first, last)
    begins = max(first, one.versions[0].valid_from)
    covered = [period.first + DAY * k for period in found for k in range(_length(period))]
    assert covered == [covered[0] + DAY * k for k in range(len(covered))] if covered else True
    assert not covered or (covered[0] <= begins and covered[-1] >= last)
    assert bool(covered) is (begins <= last)
    assert len(set(keys(found))) == len(found)


def _length(period: Period) -> int:
    return (period.last - period.first).days + 1


@given(lines(), DAYS, st.integers(0, 500), st.integers(0, 500))
def test_the_same_period_comes_out_of_every_range(
    one: Line, first: date, before: int, after: int
) -> None:
    wide = calendar_periods(one, first - DAY * before, first + DAY * after)
    narrow = calendar_periods(one, first, first)
    assert [period for period in wide if period.first <= first <= period.last] == narrow


@given(DAYS)
def test_each_day_is_in_the_month_and_the_quarter_that_people_count(day: date) -> None:
    (month,) = calendar_periods(line(), day, day)
    (quarter,) = calendar_periods(line(rule(every="1 quarter")), day, day)
    assert month.key == f"{day.year}-{day.month:02}"
    assert quarter.key == f"{day.year}Q{'111222333444'[day.month - 1]}"


def test_festivals_have_a_period_of_a_day() -> None:
    anchor = {"kind": "festival", "festivals": ["spring_festival", "double_ninth"]}
    one = line(rule(anchor=anchor))
    found = calendar_periods(one, date(2026, 1, 1), date(2027, 2, 28))
    assert keys(found) == ["spring_festival-2026", "double_ninth-2026", "spring_festival-2027"]
    assert ends(found)[2] == ("2027-02-06", "2027-02-06")


# --- a day of the subject -------------------------------------------------------------------------

BIRTHDAY = rule(anchor={"kind": "date", "date": "birth_date"}, every="1 year")
CERTIFIED = rule(
    anchor={"kind": "date", "date": "certified_on"},
    steps=["12 months"],
    unsatisfied="merge",
    window={"closes": "never"},
)


def test_a_year_ends_on_the_birthday() -> None:
    found = of(BIRTHDAY, person(), "2026-01-01", "2026-12-31")
    assert ends(found) == [("2025-06-02", "2026-06-01"), ("2026-06-02", "2027-06-01")]


def test_a_leap_day_has_its_anniversary_on_28_february_or_on_1_march() -> None:
    born = person(birth_date=date(2000, 2, 29))
    clamped = of(BIRTHDAY, born, "2026-01-01", "2026-01-01")
    following = of(
        BIRTHDAY.model_copy(update={"month_end": "next"}), born, "2026-01-01", "2026-01-01"
    )
    assert ends(clamped) == [("2025-03-01", "2026-02-28")]
    assert ends(following) == [("2025-03-02", "2026-03-01")]
    assert ends(of(BIRTHDAY, born, "2028-01-01", "2028-02-29"))[-1][1] == "2028-02-29"


def test_each_certification_counts_anew() -> None:
    known = person(dates={"certified_on": (date(2025, 3, 14), date(2025, 12, 1))})
    found = of(CERTIFIED, known, "2025-01-01", "2026-12-31")
    assert ends(found) == [("2025-03-15", "2026-03-14"), ("2025-12-02", "2026-12-01")]
    assert [one.met for one in found] == [date(2025, 12, 1), None]


def test_one_that_ran_out_waits_for_the_next_certification() -> None:
    never = person(dates={"certified_on": (date(2022, 3, 14),)})
    (open_still,) = of(CERTIFIED, never, "2026-01-01", "2026-01-31")
    assert ends([open_still]) == [("2022-03-15", "2023-03-14")]
    late = person(dates={"certified_on": (date(2022, 3, 14), date(2026, 1, 10))})
    former, following = of(CERTIFIED, late, "2026-01-01", "2026-01-31")
    assert (former.met, following.first) == (date(2026, 1, 10), date(2026, 1, 11))


def test_a_subject_without_the_day_has_no_period() -> None:
    assert of(CERTIFIED, person(), "2020-01-01", "2030-01-01") == []


# --- the last visit -------------------------------------------------------------------------------

NINETY = rule(
    anchor={"kind": "last"}, every="90 days", unsatisfied="merge", window={"closes": "never"}
)


def test_days_count_from_the_last_visit_and_before_that_from_the_day_of_coming() -> None:
    seen = person(visits=(visit(date(2026, 2, 1)), visit(date(2026, 6, 1))))
    found = of(NINETY, seen, "2026-01-01", "2026-12-31", came="2026-01-10")
    assert ends(found) == [
        ("2026-01-10", "2026-04-09"),
        ("2026-02-02", "2026-05-02"),
        ("2026-06-02", "2026-08-30"),
    ]
    assert [one.met for one in found] == [date(2026, 2, 1), date(2026, 6, 1), None]


def test_a_visit_that_does_not_satisfy_does_not_count() -> None:
    asked = NINETY.model_copy(
        update={"satisfied_by": rule(satisfied_by=[{"form": "child_checkin"}]).satisfied_by}
    )
    seen = person(visits=(visit(date(2026, 2, 1)),))
    assert len(of(asked, seen, "2026-01-01", "2026-12-31", came="2026-01-10")) == 1


def test_without_waiting_missed_periods_follow_each_other() -> None:
    missed = rule(anchor={"kind": "last"}, every="30 days", valid_from=date(2020, 1, 1))
    seen = person(visits=(visit(date(2026, 3, 20)),))
    found = of(missed, seen, "2026-01-01", "2026-04-30", came="2026-01-01")
    assert ends(found) == [
        ("2026-01-01", "2026-01-30"),
        ("2026-01-31", "2026-03-01"),
        ("2026-03-02", "2026-03-31"),
        ("2026-03-21", "2026-04-19"),
        ("2026-04-20", "2026-05-19"),
    ]
    assert found[2].met == date(2026, 3, 20)


@given(st.lists(st.integers(0, 1000), max_size=8, unique=True), st.booleans())
def test_of_those_that_wait_only_the_last_is_open(days: list[int], late: bool) -> None:
    start = date(2024, 1, 1)
    seen = person(visits=tuple(visit(start + DAY * day) for day in days))
    found = of(NINETY, seen, "2023-01-01", "2030-01-01", came="2024-01-01")
    assert [one.met for one in found] == [*sorted(start + DAY * day for day in days), None]


# --- events and steps -----------------------------------------------------------------------------


def eventful(**changes: object) -> VisitRule:
    return rule(anchor={"kind": "event", "events": ["fell", "added:dementia"]}, **changes)


def test_an_event_has_one_period_on_its_own_day() -> None:
    fallen = person(events=(Event("fell", "f1", date(2026, 3, 1)), Event("rose", "r", date.max)))
    (one,) = of(eventful(), fallen, "2026-01-01", "2026-12-31")
    assert (one.key, one.first, one.last) == ("f1", date(2026, 3, 1), date(2026, 3, 1))


def test_steps_follow_an_event_one_after_the_other() -> None:
    stepped = eventful(steps=["2 x 10 days", "1 month"], after_steps="repeat_last")
    fallen = person(events=(Event("fell", "f1", date(2026, 1, 11)),))
    found = of(stepped, fallen, "2026-01-01", "2026-04-15")
    assert keys(found) == ["f1/1", "f1/2", "f1/3", "f1/4", "f1/5"]
    assert ends(found) == [
        ("2026-01-11", "2026-01-21"),
        ("2026-01-22", "2026-01-31"),
        ("2026-02-01", "2026-03-03"),
        ("2026-03-04", "2026-03-31"),
        ("2026-04-01", "2026-05-01"),
    ]


@pytest.mark.parametrize(
    ("after", "days"),
    [("stop", [5, 12]), ("repeat_last", [5, 12, 19, 26]), ("cycle", [5, 12, 17, 24])],
)
def test_after_the_last_step(after: str, days: list[int]) -> None:
    stepped = eventful(steps=["5 days", "1 week"], after_steps=after)
    found = islice(boundaries(stepped, date(2026, 1, 1)), 4)
    assert [(one - date(2026, 1, 1)).days for one in found] == days


def test_month_ends_are_counted_from_the_anchor() -> None:
    monthly = eventful(every="1 month")
    found = islice(boundaries(monthly, date(2027, 12, 31)), 4)
    assert [one.isoformat() for one in found] == [
        "2028-01-31",
        "2028-02-29",
        "2028-03-31",
        "2028-04-30",
    ]


STEPS = st.lists(
    st.sampled_from(["1 day", "3 x 10 days", "1 week", "1 month", "2 quarters"]), min_size=1
)


@given(DAYS, STEPS, st.sampled_from(["repeat_last", "cycle"]), st.sampled_from(["clamp", "next"]))
def test_boundaries_rise(day: date, steps: list[str], after: str, month_end: str) -> None:
    stepped = eventful(steps=steps, after_steps=after, month_end=month_end)
    found = [day, *islice(boundaries(stepped, day), 30)]
    assert all(one < following for one, following in pairwise(found))
