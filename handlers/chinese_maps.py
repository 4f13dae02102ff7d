"""From the coordinates that maps in China show to WGS 84, in which a form keeps a place.

By law, maps in mainland China are drawn in GCJ-02, which lies 100 to 700 m off; Baidu shifts that
once more (BD-09). Neither is published: the series below are the ones that everybody fits to them,
good to about a metre. Degrees throughout.
"""

from __future__ import annotations

from math import atan2, cos, pi, radians, sin, sqrt
from typing import Final

_AXIS: Final = 6_378_245.0  # metres: the Krasovsky ellipsoid of 1940
_ECCENTRICITY: Final = 0.00669342162296594323  # squared
_SPIN: Final = pi * 3000 / 180
_CLOSE: Final = 1e-8  # degrees: a millimetre


def from_gcj02(latitude: float, longitude: float) -> tuple[float, float]:
    """A place of AMap or Tencent in WGS 84. Outside of China nothing is shifted."""
    if not (0.83 <= latitude <= 55.83 and 72.0 <= longitude <= 137.84):
        return latitude, longitude
    north, east = latitude, longitude
    for _ in range(10):  # the shift hardly changes within its own length: two rounds do
        up, right = _shift(north, east)
        off_north, off_east = north + up - latitude, east + right - longitude
        north, east = north - off_north, east - off_east
        if abs(off_north) < _CLOSE and abs(off_east) < _CLOSE:
            break
    return north, east


def from_bd09(latitude: float, longitude: float) -> tuple[float, float]:
    """A place of Baidu in WGS 84."""
    x, y = longitude - 0.0065, latitude - 0.006
    distance = sqrt(x * x + y * y) - 0.00002 * sin(y * _SPIN)
    angle = atan2(y, x) - 0.000003 * cos(x * _SPIN)
    return from_gcj02(distance * sin(angle), distance * cos(angle))


def _shift(latitude: float, longitude: float) -> tuple[float, float]:
    """How far GCJ-02 lies north and east of a place in WGS 84."""
    x, y = longitude - 105, latitude - 35
    common = (20 * sin(6 * pi * x) + 20 * sin(2 * pi * x)) * 2 / 3
    root, product = sqrt(abs(x)), 0.1 * x * y
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + product + 0.2 * root + common
    north += _waves(y, (20, 1), (40, 3), (160, 12), (320, 30))
    east = 300 + x + 2 * y + 0.1 * x * x + product + 0.1 * root + common
    east += _waves(x, (20, 1), (40, 3), (150, 12), (300, 30))
    curve = 1 - _ECCENTRICITY * sin(radians(latitude)) ** 2
    meridian = _AXIS * (1 - _ECCENTRICITY) / curve**1.5
    parallel = _AXIS / sqrt(curve) * cos(radians(latitude))
    return north * 180 / (meridian * pi), east * 180 / (parallel * pi)


def _waves(at: float, *waves: tuple[float, float]) -> float:
    return sum(height * sin(at * pi / length) for height, length in waves) * 2 / 3
