"""How spans divide the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.spans import Span
from scheduler.tiles import tile

DAY = timedelta(days=1)
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
SPANS = st.one_of(
    st.integers(1, 40).map(lambda n: Span(months=n)),
    st.integers(1, 400).map(lambda n: Span(days=n)),
)


@pytest.mark.parametrize(
    ("words", "key", "first", "last"),
    [
        ("1 month", "2026-02", "2026-02-01", "2026-02-28"),
        ("2 months", "2026-01-01", "2026-01-01", "2026-02-28"),
        ("1 quarter", "2026Q1", "2026-01-01", "2026-03-31"),
        ("1 half-year", "2026H1", "2026-01-01", "2026-06-30"),
        ("1 year", "2026", "2026-01-01", "2026-12-31"),
        ("1 week", "2026W08", "2026-02-16", "2026-02-22"),
        ("2 years", "2026-01-01", "2026-01-01", "2027-12-31"),
    ],
)
def test_a_tile_has_a_name_that_people_know(words: str, key: str, first: str, last: str) -> None:
    found = tile(Span.parse(words), date(2026, 2, 17))
    ends = date.fromisoformat(first), date.fromisoformat(last)
    assert (found.key, found.first, found.last) == (key, *ends)


def test_the_week_of_new_year_belongs_to_the_year_of_its_thursday() -> None:
    assert tile(Span(days=7), date(2027, 1, 1)).key == "2026W53"


@given(SPANS, DAYS)
def test_tiles_have_neither_gap_nor_overlap(span: Span, day: date) -> None:
    here = tile(span, day)
    assert here.first <= day <= here.last
    assert tile(span, here.last + DAY).first == here.last + DAY
    assert tile(span, here.first - DAY).last == here.first - DAY


@given(SPANS, DAYS, st.integers(0, 500))
def test_two_days_share_a_tile_or_its_key_differs(span: Span, day: date, later: int) -> None:
    here, there = tile(span, day), tile(span, day + DAY * later)
    assert (here == there) is (here.key == there.key)


@given(DAYS, st.sampled_from([1, 2, 3, 4, 6, 12]))
def test_months_that_divide_a_year_begin_with_january(day: date, months: int) -> None:
    assert tile(Span(months=months), day.replace(month=1, day=1)).first == date(day.year, 1, 1)
    if months == 1:
        assert tile(Span(months=1), day).key == f"{day:%Y-%m}"
