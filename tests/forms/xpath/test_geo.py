"""Points, traces and shapes."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.forms.xpath.seeing import STEADY, value

SQUARE = "0 0 0 0;0 1 0 0;1 1 0 0;1 0 0 0;0 0 0 0"


def test_a_degree_of_the_equator_is_111_kilometres() -> None:
    assert value("distance('0 0;0 1')") == pytest.approx(6_378_100 * math.pi / 180, abs=0.01)
    assert value("distance('0 0', '0 1', '0 2')") == pytest.approx(222_637.52, abs=0.5)
    xml = "<d><p>0 0 5 1</p><p>0 1 5 1</p></d>"
    assert value("distance(/d/p)", xml, "d") == pytest.approx(111_318.85, abs=0.1)


def test_an_eighth_of_the_globe_is_an_eighth_of_its_area() -> None:
    octant = ";".join(["0 0", *(f"0 {lon}" for lon in range(5, 95, 5)), "90 90", "90 0", "0 0"])
    assert value(f"area('{octant}')") == pytest.approx(math.pi * 6_378_100**2 / 2, rel=1e-9)


@pytest.mark.parametrize("points", ["", "0 0", "0 0;0 1", "5 5;5 5"])
def test_what_encloses_nothing_has_no_area(points: str) -> None:
    assert value(f"area('{points}')") == 0


@pytest.mark.parametrize("points", ["x y", "1", "1 2;nan 3", "1 inf"])
def test_what_is_not_a_point_has_no_size(points: str) -> None:
    assert math.isnan(value(f"area('{points}')"))  # type: ignore[arg-type]
    assert math.isnan(value(f"distance('{points}')"))  # type: ignore[arg-type]
    assert value(f"geofence('{points}', '{SQUARE}')") is False
    assert value(f"intersects('{points}')") is False


@STEADY
@given(st.floats(-1, 2), st.floats(-1, 2))
def test_a_fence_holds_what_lies_within_its_sides(lat: float, lon: float) -> None:
    inside = 0 < lat < 1 and 0 < lon < 1
    on_a_side = lat in (0, 1) or lon in (0, 1)
    found = value(f"geofence('{lat} {lon} 0 0', '{SQUARE}')")
    assert on_a_side or found is inside


def test_a_fence_need_not_be_closed() -> None:
    assert value("geofence('0.5 0.5', '0 0;0 1;1 1;1 0')") is True
    assert value("geofence('', '0 0;0 1;1 1;1 0')") is False


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("0 0;0 1;1 1;1 0", False),
        (SQUARE, False),
        ("0 0;1 1;1 0;0 1", True),
        ("0 0;1 1;1 0;0 1;0 0", True),
        ("0 0;0 2;1 2;0 1;1 0", True),
        ("0 0;1 1", False),
        ("", False),
    ],
)
def test_a_line_that_crosses_itself_is_noticed(line: str, expected: bool) -> None:
    assert value(f"intersects('{line}')") is expected
