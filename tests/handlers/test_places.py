"""Coordinates, however they are given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.messages import Location
from handlers import places
from handlers.chinese_maps import _shift, from_bd09, from_gcj02

LATITUDES = st.floats(min_value=18, max_value=53)
LONGITUDES = st.floats(min_value=74, max_value=134)


@pytest.mark.parametrize(
    ("text", "latitude", "longitude"),
    [
        ("44.9231, 127.1603", 44.9231, 127.1603),
        ("44.9231，127.1603", 44.9231, 127.1603),
        ("44.9231 127.1603", 44.9231, 127.1603),
        ("127.1603, 44.9231", 44.9231, 127.1603),
        ("-33.8, 151.2", -33.8, 151.2),
        ("N44.9 E127.1", 44.9, 127.1),
        ("E127.1, N44.9", 44.9, 127.1),
        ("44°55'12\"N 127°9'36\"E", 44.92, 127.16),
        ("北纬44度55.2分，东经127度9.6分", 44.92, 127.16),
        ("南纬33.8 东经151.2", -33.8, 151.2),
        ("geo:39.9,116.4", 39.9, 116.4),
        ("https://www.google.com/maps/@39.9087,116.3975,15z", 39.9087, 116.3975),
        ("https://www.google.com/maps/a/@39.1,116.1,17z/data=!3d39.9!4d116.4", 39.9, 116.4),
        ("https://maps.example.org/?q=39.9087%2C116.3975", 39.9087, 116.3975),
        ("看 https://api.map.baidu.com/marker?location=39.9,116.4&coord_type=wgs84", 39.9, 116.4),
    ],
)
def test_a_place_is_read(text: str, latitude: float, longitude: float) -> None:
    found = places.read(text)
    assert found is not None
    assert (found.latitude, found.longitude) == pytest.approx((latitude, longitude))


@pytest.mark.parametrize(
    "link",
    [
        "https://uri.amap.com/marker?position=116.404,39.915",
        "https://wb.amap.com/?q=39.915,116.404,someplace",
        "https://www.amap.com/?p=B0FF,39.915,116.404,someplace",
        "https://apis.map.qq.com/uri/v1/marker?marker=coord:39.915,116.404;title:x",
        "http://api.map.baidu.com/marker?location=39.915,116.404&coord_type=gcj02",
        "http://api.map.baidu.com/marker?location=39.92133699,116.41036949",
    ],
)
def test_a_chinese_map_is_shifted_back(link: str) -> None:
    found = places.read(link)
    assert found is not None
    assert (found.latitude, found.longitude) == pytest.approx((39.913595, 116.397755), abs=3e-6)


@pytest.mark.parametrize(
    "text",
    [
        "", "村东头", "12", "91, 181", "N44.9", "N44.9 N45", "N95 E20", "https://surl.amap.com/a1",
        "https://uri.amap.com/marker?position=x", "https://uri.amap.com/marker?position=200.5,95.5",
        "https://[", "geo:x", "2026-03-05",
    ],
)  # fmt: skip
def test_what_is_no_place_is_none(text: str) -> None:
    assert places.read(text) is None


@given(st.text(max_size=60))
def test_reading_never_fails(text: str) -> None:
    found = places.read(text)
    assert found is None or (abs(found.latitude) <= 90 and abs(found.longitude) <= 180)
    assert len(places.read_many(text)) <= text.count("\n") + text.count(";") + text.count("；") + 1


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_kept_place_is_read_as_the_same(latitude: float, longitude: float) -> None:
    kept = places.point(Location(latitude=latitude, longitude=longitude)).split()
    found = places.read(f"{kept[0]}, {kept[1]}")
    assert found is not None
    assert (found.latitude, found.longitude) == pytest.approx((latitude, longitude), abs=1e-6)


def test_the_uncertainty_of_a_geo_link_is_kept() -> None:
    found = places.read("geo:39.9,116.4;u=35")
    assert found is not None
    assert found.accuracy == 35


@pytest.mark.parametrize(
    ("parameters", "accuracy", "wanted"),
    [
        ({}, 500, None),
        ({"accuracyThreshold": "10"}, 11, 10),
        ({"accuracyThreshold": "10"}, 9, None),
        ({"accuracyThreshold": "10", "unacceptableAccuracyThreshold": "50"}, 30, None),
        ({"accuracyThreshold": "10", "unacceptableAccuracyThreshold": "50"}, 60, 50),
        ({"accuracyThreshold": "soon"}, 60, None),
        ({"accuracyThreshold": "0"}, 60, None),
    ],
)
def test_how_rough_is_too_rough(
    parameters: dict[str, str], accuracy: float, wanted: float | None
) -> None:
    place = Location(latitude=1, longitude=1, accuracy=accuracy)
    assert places.too_rough(place, parameters) == wanted


# --- shifted coordinates -------------------------------------------------------------------------


def test_the_shift_is_the_one_that_maps_in_china_have() -> None:
    north, east = _shift(39.915, 116.404)
    assert (39.915 + north, 116.404 + east) == pytest.approx((39.9164042815, 116.4102444992))


@given(LATITUDES, LONGITUDES)
def test_shifting_back_undoes_the_shift(latitude: float, longitude: float) -> None:
    north, east = _shift(latitude, longitude)
    assert from_gcj02(latitude + north, longitude + east) == pytest.approx(
        (latitude, longitude), abs=1e-7
    )


@given(LATITUDES, LONGITUDES)
def test_baidu_lies_within_two_kilometres(latitude: float, longitude: float) -> None:
    north, east = from_bd09(latitude, longitude)
    assert abs(north - latitude) < 0.02
    assert abs(east - longitude) < 0.03


def test_nothing_is_shifted_outside_of_china() -> None:
    assert from_gcj02(48.2, 16.4) == (48.2, 16.4)
