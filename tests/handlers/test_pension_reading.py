"""What people type about pensions, however they write it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import pension_reading

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("500", "500"),
        ("500元", "500"),
        ("500.50 元", "500.50"),
        ("１，０００", "1000"),
        ("1,000.00", "1000.00"),
        ("￥2000", "2000"),
        ("每年500块钱", "500"),
        ("500 yuan", "500"),
        ("五百", "500"),
        ("一千五百元", "1500"),
        ("三千五", "3500"),
        ("一百零五", "105"),
        ("十五", "15"),
        ("1.5万", "15000"),
        ("2千", "2000"),
        ("一万二千三百四十五", "12345"),
        ("两千", "2000"),
        ("500档", "500"),
    ],
)
def test_an_amount(typed: str, amount: str) -> None:
    assert pension_reading.amount(typed) == Decimal(amount)


@pytest.mark.parametrize(
    "typed", ["", "元", "-5", "5.123", "1e9", "abc", "五百左右", "５００x", "1.2.3"]
)
def test_no_amount(typed: str) -> None:
    assert pension_reading.amount(typed) is None


@pytest.mark.parametrize(
    ("typed", "years"),
    [("9", 9), ("９年", 9), ("十年", 10), ("十五年", 15), ("0", 0), ("9 years", 9)],
)
def test_years(typed: str, years: int) -> None:
    assert pension_reading.years(typed) == years


@pytest.mark.parametrize("typed", ["", "-1", "9.5", "9年6个月", "很多"])
def test_no_years(typed: str) -> None:
    assert pension_reading.years(typed) is None


@pytest.mark.parametrize(
    ("typed", "months"),
    [
        ("12年6个月", 150),
        ("12 years and 6 months", 150),
        ("150个月", 150),
        ("十二年", 144),
        ("12", 144),
        ("0", 0),
        ("6月", 6),
    ],
)
def test_months(typed: str, months: int) -> None:
    assert pension_reading.months(typed) == months


@pytest.mark.parametrize("typed", ["", "年", "x", "-1年", "12年x"])
def test_no_months(typed: str) -> None:
    assert pension_reading.months(typed) is None


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("1971年5月", date(1971, 5, 1)),
        ("1971-05", date(1971, 5, 1)),
        ("197105", date(1971, 5, 1)),
        ("1971.5.20", date(1971, 5, 20)),
        ("１９７１年５月２０日生", date(1971, 5, 20)),
        ("一九七一年五月", date(1971, 5, 1)),
    ],
)
def test_a_birth(typed: str, day: date) -> None:
    assert pension_reading.birth(typed, TODAY) == day


@pytest.mark.parametrize("typed", ["5月", "昨天", "1871-05", "1971-13", "71年5月", "", "1971年"])
def test_no_birth(typed: str) -> None:
    assert pension_reading.birth(typed, TODAY) is None


@pytest.mark.parametrize(
    ("typed", "year"), [("1971", 1971), ("1971年", 1971), ("一九七一年", 1971), ("3050", None)]
)
def test_a_year_of_birth(typed: str, year: int | None) -> None:
    assert pension_reading.birth_year(typed) == year


@given(st.text(max_size=40))
def test_nothing_that_is_typed_breaks_the_reading(typed: str) -> None:
    pension_reading.amount(typed)
    pension_reading.years(typed)
    pension_reading.months(typed)
    pension_reading.birth(typed, TODAY)
    pension_reading.birth_year(typed)


@given(st.text("零一二三四五六七八九十百千万两〇年月", max_size=12))
def test_no_numeral_breaks_it_either(typed: str) -> None:
    pension_reading.amount(typed)
    pension_reading.months(typed)
    pension_reading.birth(typed, TODAY)


@given(st.decimals(0, 999999, places=2))
def test_an_amount_as_we_write_it_is_read_back(amount: Decimal) -> None:
    assert pension_reading.amount(f"{amount:,.2f}元") == amount
