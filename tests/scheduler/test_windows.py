"""When an obligation opens, is due, overdue and settled."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.calendars import WorkingDays
from scheduler.periods import Period, calendar_periods
from scheduler.windows import ENDS, State, Window, state, window
from tests.scheduler.making import SHANGHAI, at, line, rule

CHINA = WorkingDays.china()
SEPTEMBER = date(2026, 9, 1), date(2026, 9, 30)


def period(**changes: Any) -> Period:
    return Period(rule(**changes), "2026-09", *SEPTEMBER)


def of(since: date | None = None, **changes: Any) -> Window:
    found = window(period(**changes), CHINA, SHANGHAI, since)
    assert found
    return found


def test_any_day_of_the_month_is_in_time() -> None:
    found = of()
    assert (found.opens_on, found.due_on, found.counts_until) == (*SEPTEMBER, SEPTEMBER[1])
    assert found.opens == at("2026-09-01")
    assert found.due == found.overdue == at("2026-10-01")
    assert found.due_soon == at("2026-09-23")
    assert found.due_at is None


def test_it_is_settled_when_late_entries_are_in() -> None:
    assert of().closes == at("2026-10-08")
    assert of(late_entry_days=0).closes == at("2026-10-01")
    assert of(late_entry_days=20).closes == at("2026-10-21")


def test_a_report_is_due_on_the_fifth_of_the_next_month() -> None:
    found = of(window={"opens": "end + 1 day", "due": "end + 5 days", "closes": "end + 25 days"})
    assert (found.opens_on, found.due_on) == (date(2026, 10, 1), date(2026, 10, 5))
    assert found.counts_until == date(2026, 10, 25)
    assert found.closes == at("2026-11-02")


@pytest.mark.parametrize(
    ("shift", "due"), [("none", "2026-10-05"), ("next", "2026-10-08"), ("previous", "2026-09-30")]
)
def test_a_deadline_on_a_holiday_moves_only_where_the_rule_says_so(shift: str, due: str) -> None:
    found = of(
        window={"opens": "start", "due": "end + 5 days", "closes": "end + 25 days", "shift": shift}
    )
    assert found.due_on == date.fromisoformat(due)


def test_a_visit_counts_through_its_own_period_even_after_the_due_day() -> None:
    found = of(window={"due": "09-15"})
    assert (found.due_on, found.counts_until) == (date(2026, 9, 15), date(2026, 9, 30))


def test_days_of_grace_come_between_due_and_overdue() -> None:
    found = of(window={"overdue": "due + 3 days"})
    assert found.due == at("2026-10-01")
    assert found.overdue == at("2026-10-04")


def test_what_never_closes_is_never_settled() -> None:
    found = of(window={"closes": "never"}, unsatisfied="merge")
    assert found.closes is None
    assert found.counts_until is None
    assert state(found, at("2036-01-01")) is State.OVERDUE


def test_who_comes_later_has_it_open_from_that_day() -> None:
    found = of(since=date(2026, 9, 10))
    assert found.opens_on == date(2026, 9, 10)
    assert found.opens == at("2026-09-10")
    assert found.due == at("2026-10-01")


def test_who_comes_after_the_due_day_does_not_owe_it() -> None:
    assert window(period(window={"due": "09-15"}), CHINA, SHANGHAI, date(2026, 9, 16)) is None


def test_a_deadline_that_nobody_stated_is_none() -> None:
    stated = rule(window={"due": "stated", "closes": "never"}, unsatisfied="merge")
    unknown = Period(stated, "e", *SEPTEMBER)
    assert window(unknown, CHINA, SHANGHAI) is None
    known = Period(stated, "e", *SEPTEMBER, stated=date(2026, 10, 12))
    found = window(known, CHINA, SHANGHAI)
    assert found
    assert found.due_on == date(2026, 10, 12)


def test_hours_count_from_the_minute_of_the_event() -> None:
    urgent = rule(
        window={"opens": "event", "due": "event + 24 hours", "closes": "never"}, unsatisfied="merge"
    )
    fell = at("2026-09-01T22:30")
    found = window(Period(urgent, "e", SEPTEMBER[0], SEPTEMBER[0], began=fell), CHINA, SHANGHAI)
    assert found
    assert found.opens == fell
    assert found.due == found.due_at == found.overdue == fell + timedelta(hours=24)
    assert (found.opens_on, found.due_on) == (date(2026, 9, 1), date(2026, 9, 2))


def test_working_days_into_a_year_that_is_not_announced_are_provisional() -> None:
    clock = rule(
        window={"opens": "event", "due": "event + 15 working days", "closes": "never"},
        unsatisfied="merge",
    )
    for day, provisional in ((date(2026, 9, 25), False), (date(2026, 12, 20), True)):
        found = window(Period(clock, "e", day, day), CHINA, SHANGHAI)
        assert found
        assert found.provisional is provisional


def test_the_states_follow_each_other() -> None:
    found = of()
    walk = [
        ("2026-08-31T23:59:59", State.NOT_DUE),
        ("2026-09-01", State.OPEN),
        ("2026-09-22T23:59:59", State.OPEN),
        ("2026-09-23", State.DUE_SOON),
        ("2026-09-30T23:59:59", State.DUE_SOON),
        ("2026-10-01", State.OVERDUE),
        ("2026-10-07T23:59:59", State.OVERDUE),
        ("2026-10-08", State.MISSED),
    ]
    assert [state(found, at(moment)) for moment, _ in walk] == [wanted for _, wanted in walk]


@pytest.mark.parametrize("end", sorted(ENDS))
def test_an_end_stays(end: State) -> None:
    assert state(of(), at("2026-09-15"), end) is end
    assert state(of(), at("2036-09-15"), end) is end


# --- whatever rules say ---------------------------------------------------------------------------

POINTS = ["start", "start + 3 days", "start + 4 days", "end - 2 days"]
DUES = ["end", "end + 5 days", "end + 2 working days", "end + 1 month"]
GRACE = ["due", "due + 1 day", "due + 3 working days"]
CLOSES = ["due", "end", "end + 10 days", "overdue + 1 week", "never"]
ZONES = ["Asia/Shanghai", "America/New_York", "Africa/Cairo", "America/Sao_Paulo", "UTC"]


@st.composite
def windows(draw: st.DrawFn) -> tuple[Period, Window, ZoneInfo]:
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    one = rule(
        every=draw(st.sampled_from(["1 week", "1 month", "1 quarter"])),
        unsatisfied="merge",
        late_entry_days=draw(st.integers(0, 30)),
        window={
            "opens": draw(st.sampled_from(POINTS)),
            "due": draw(st.sampled_from(DUES)),
            "overdue": draw(st.sampled_from(GRACE)),
            "closes": draw(st.sampled_from(CLOSES)),
            "shift": draw(st.sampled_from(["none", "next"])),
        },
    )
    day = draw(st.dates(date(2022, 1, 1), date(2026, 12, 31)))
    (found,) = calendar_periods(line(one), day, day)
    made = window(found, CHINA, zone)
    assert made
    return found, made, zone


@given(windows())
def test_the_times_of_a_window_are_in_order(made: tuple[Period, Window, ZoneInfo]) -> None:
    period, found, zone = made
    assert found.opens < found.due <= found.overdue
    assert found.due_soon < found.due
    assert found.opens_on <= found.due_on
    if found.closes is None:
        assert found.counts_until is None
        return
    assert found.counts_until is not None
    assert found.counts_until >= max(found.due_on, period.last)
    late = timedelta(days=period.rule.late_entry_days)
    ended = datetime.combine(period.last + timedelta(days=1), datetime.min.time(), zone) + late
    assert found.closes >= max(found.overdue, ended.astimezone(UTC))


@given(windows(), st.lists(st.integers(-10, 140), min_size=2).map(sorted))
def test_a_state_never_goes_back(made: tuple[Period, Window, ZoneInfo], days: list[int]) -> None:
    _, found, _ = made
    order = list(State)
    states = [state(found, found.opens + timedelta(days=day)) for day in days]
    assert states == sorted(states, key=order.index)


@given(windows(), st.integers(-40, 40))
def test_on_a_local_day_the_window_says_what_its_dates_say(
    made: tuple[Period, Window, ZoneInfo], days: int
) -> None:
    _, found, zone = made
    day = found.due_on + timedelta(days=days)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone)
    assert (noon < found.opens) is (day < found.opens_on)
    assert (noon >= found.due) is (day > found.due_on)
