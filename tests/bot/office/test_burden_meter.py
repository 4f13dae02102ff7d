"""The burden meter tells of an area, never of a person."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.office.burden_meter import Usual, count, mondays, spread, usual_of, weighed
from storage.burden import Filled, Sampled

MONDAY = date(2026, 11, 16)
NOON = datetime(2026, 11, 16, 4, tzinfo=UTC)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=200))
def test_half_stay_below_the_median_and_nine_of_ten_below_the_high_mark(
    values: list[float],
) -> None:
    found = spread(values)
    assert 2 * sum(one <= found.median for one in values) >= len(values)
    assert 10 * sum(one <= found.high for one in values) >= 9 * len(values)
    assert found.high in values and found.median <= max(values)


@pytest.mark.parametrize("workers", range(3))
def test_few_workers_are_not_told_of(workers: int) -> None:
    filled = [Filled(number, "visit", 4) for number in range(workers)]
    week = weighed(MONDAY, filled, {}, {"visit": Usual(30, 10)})
    assert week.workers == workers and week.spreads == {}


def test_a_week_sums_up_forms_and_messages_by_worker() -> None:
    filled = [Filled(1, "visit", 2), Filled(1, "well", 1), Filled(2, "visit", 1)]
    week = weighed(MONDAY, filled, {2: 3, 3: 5}, {"visit": Usual(30, 10), "well": Usual(5, 1)})
    assert week.workers == 3
    assert week.spreads["questions"].median == 30 and week.spreads["questions"].high == 65
    assert week.spreads["minutes"].high == 21
    assert week.spreads["messages"].median == 3


def test_a_pause_is_no_work() -> None:
    sample = [
        Sampled({"a": 1, "b": {"c": "x", "d": None}}, NOON - timedelta(minutes=8), NOON),
        Sampled({"a": 1}, NOON - timedelta(hours=20), NOON),
        Sampled({"rows": [{"a": 1, "b": ""}, {"a": 2}], "kinds": ["x", "y"]}, None, NOON),
    ]
    assert usual_of(sample) == Usual(2, 8)
    assert usual_of([]) == Usual(0, 0)


def test_every_answer_counts_once() -> None:
    assert count({"a": 0, "b": False, "c": "", "d": None, "e": {"f": [{"g": 1}, {"g": 2}]}}) == 4


def test_weeks_are_those_that_are_over() -> None:
    found = mondays(date(2026, 11, 22))
    assert found[-1] == date(2026, 11, 9) and len(found) == 8
    assert all(one.weekday() == 0 for one in found)
