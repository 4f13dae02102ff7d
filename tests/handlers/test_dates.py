"""Dates and times as people type them."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.dates import parse_date, parse_month, parse_time, parse_year, split_moment

TODAY = date(2026, 11, 21)  # a Saturday


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("今天", TODAY),
        ("昨天", date(2026, 11, 20)),
        ("3月5日", date(2026, 3, 5)),
        ("三月五号", date(2026, 3, 5)),
        ("十一月二十一日", TODAY),
        ("二〇二六年三月五日", date(2026, 3, 5)),
        ("1月5日", date(2026, 1, 5)),
        ("12月25日", date(2026, 12, 25)),
        ("2026-03-05", date(2026, 3, 5)),
        ("２０２６－０３－０５", date(2026, 3, 5)),
        ("2026年3月5日", date(2026, 3, 5)),
        ("20260305", date(2026, 3, 5)),
        ("12/3/2024", date(2024, 3, 12)),
        ("5号", date(2026, 11, 5)),
        ("上个月20号", date(2026, 10, 20)),
        ("去年12月1日", date(2025, 12, 1)),
        ("上周三", date(2026, 11, 11)),
        ("周六", TODAY),
        ("3天前", date(2026, 11, 18)),
        ("3 days ago", date(2026, 11, 18)),
        ("Yesterday", date(2026, 11, 20)),
        ("last Monday", date(2026, 11, 16)),
    ],
)
def test_a_day_is_understood_however_it_is_written(text: str, day: date) -> None:
    assert parse_date(text, TODAY) == day


@pytest.mark.parametrize("text", ["2月30日", "2026-13-01", "abc", "12", "", "99999999", "0月0日"])
def test_what_is_no_day_gives_none(text: str) -> None:
    assert parse_date(text, TODAY) is None


def test_a_day_without_a_year_is_the_latest_one_not_far_ahead() -> None:
    assert parse_date("2月3日", date(2027, 1, 20)) == date(2027, 2, 3)
    assert parse_date("6月3日", date(2027, 1, 20)) == date(2026, 6, 3)


def test_months_years_and_times_are_understood() -> None:
    assert parse_month("1956年3月", TODAY) == date(1956, 3, 1)
    assert parse_month("1950.7", TODAY) == date(1950, 7, 1)
    assert parse_month("三月", TODAY) == date(2026, 3, 1)
    assert parse_year("1999年") == date(1999, 1, 1)
    assert parse_time("下午2点半") == time(14, 30)
    assert parse_time("2:30 pm") == time(14, 30)
    assert parse_time("晚上八点") == time(20)
    assert parse_time("中午12点") == time(12)
    assert parse_time("12am") == time(0)
    assert parse_time("25:00") is None


def test_a_moment_falls_into_its_day_and_its_time() -> None:
    assert split_moment("昨天 下午3点") == ("昨天", "下午3点")
    assert split_moment("2026-03-05T14:30") == ("2026-03-05", "14:30")


@given(st.text(max_size=20))
def test_nothing_that_is_typed_raises(text: str) -> None:
    parse_date(text, TODAY)
    parse_month(text, TODAY)
    parse_year(text)
    parse_time(text)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_day_is_read_back_from_each_way_of_writing_it(day: date) -> None:
    for text in (f"{day:%Y-%m-%d}", f"{day.year}年{day.month}月{day.day}日", f"{day:%Y%m%d}"):
        assert parse_date(text, TODAY) == day


@pytest.mark.parametrize("odd", ["〇〇十十月", "十十月三日", "二〇十月三日", "三十十二日"])
def test_what_is_no_numeral_is_no_date(odd: str) -> None:
    assert parse_date(odd, date(2026, 11, 21)) is None
