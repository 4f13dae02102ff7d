"""Numbers, operators and rounding."""

import math
import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.forms.xpath.seeing import STEADY, text, value

NUMBERS = st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: round(number, 6))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("10 - 3 - 2", 5),
        ("20 div 4 div 5", 1),
        ("7 mod 4", 3),
        ("-7 mod 4", -3),
        ("7 mod -4", 3),
        ("--5", 5),
        ("- - -5", -5),
        ("3*-2", -6),
        ("1and1", True),
        ("6div3", 2),
        ("/data/age + 1", 42),
        ("/data/age - -1", 42),
        ("true() + true()", 2),
        ("sum(/data/child/age) div count(/data/child)", 4),
    ],
)
def test_operators_bind_and_associate_as_in_arithmetic(source: str, expected: float) -> None:
    assert value(source) == expected


@pytest.mark.parametrize("source", ["/data/blank + 1", "'abc' * 2", "/data/none + 1", "-''"])
def test_what_is_not_a_number_makes_nan_which_prints_as_nothing(source: str) -> None:
    result = value(source)
    assert isinstance(result, float)
    assert math.isnan(result)
    assert text(source) == ""


def test_division_by_zero_is_infinite_with_the_right_sign() -> None:
    assert value("1 div 0") == math.inf
    assert value("1 div -0") == -math.inf
    assert text("-1 div 0") == "-Infinity"
    assert text("0 div 0") == ""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("round(2.5)", 3),
        ("round(-2.5)", -3),
        ("round(2.675, 2)", 2.68),
        ("round(1250, -2)", 1300),
        ("round(12, 400)", 12),
        ("round(12, -400)", 0),
        ("int(-7.9)", -7),
        ("floor(-7.1)", -8),
        ("ceiling(7.1)", 8),
        ("abs(-3)", 3),
        ("pow(2, 10)", 1024),
        ("pow(-8, 0.5)", math.nan),
        ("pow(0, -1)", math.inf),
        ("pow(10, 400)", math.inf),
        ("sqrt(-1)", math.nan),
        ("log(0)", -math.inf),
        ("exp10(3)", 1000),
        ("exp(1000)", math.inf),
        ("asin(2)", math.nan),
        ("atan2(0, -1)", math.pi),
        ("pi()", math.pi),
        ("int(1 div 0)", math.inf),
    ],
)
def test_functions_stay_inside_the_numbers(source: str, expected: float) -> None:
    assert value(source) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1.50", "1.5"),
        ("100", "100"),
        ("0.1 + 0.2", "0.30000000000000004"),
        ("1 div 1000000000", "0.000000001"),
        ("123456789 * 1000000000000000", "123456789000000000000000"),
        ("-0", "0"),
    ],
)
def test_numbers_print_without_an_exponent(source: str, expected: str) -> None:
    assert text(source) == expected


@pytest.mark.parametrize("spelling", ["1e3", "+5", "- 5", "5 5", "0x10", "Infinity", "٣", "1,5"])
def test_only_plain_decimals_are_numbers(spelling: str) -> None:
    assert math.isnan(value(f"number('{spelling}')"))  # type: ignore[arg-type]


@pytest.mark.parametrize("spelling", [" 5 ", "5.", "005", "5.0\n"])
def test_white_space_and_zeros_do_not_matter(spelling: str) -> None:
    assert value(f"number('{spelling}')") == 5


@STEADY
@given(NUMBERS, NUMBERS)
def test_sums_agree_with_python(left: float, right: float) -> None:
    for sign, compute in (("+", operator.add), ("-", operator.sub), ("*", operator.mul)):
        source = f"number('{left:.6f}') {sign} number('{right:.6f}')"
        assert value(source) == pytest.approx(compute(left, right))


@STEADY
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_printed_number_reads_back_as_itself(number: float) -> None:
    root = "<data><n/></data>"
    spelled = text("number(/data/n)", root.replace("<n/>", f"<n>{number!r}</n>"))
    if "e" in repr(number):
        assert spelled == ""
    else:
        assert float(spelled) == number
