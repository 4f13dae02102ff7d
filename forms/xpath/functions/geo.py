"""Points, traces and shapes on a sphere, with the radius and the rounding of JavaRosa.

A point is "latitude longitude [altitude [accuracy]]" in degrees and metres; a trace or shape is
points separated by semicolons. Areas are in square metres, lengths in metres.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final, TypeAlias

from forms.node import Node
from forms.xpath.compiled import Compiled, as_texts
from forms.xpath.environment import Environment
from forms.xpath.functions.registry import MANY, Registry, register
from forms.xpath.values import NAN

FUNCTIONS: Registry = {}

Point: TypeAlias = tuple[float, float]

_RADIUS: Final = 6_378_100.0
_TextLists: TypeAlias = tuple[Callable[[Node, Environment], list[str]], ...]


def read_points(texts: list[str]) -> list[Point] | None:
    """Latitude and longitude of all points in all texts; None when one cannot be read."""
    points = []
    for text in texts:
        for part in text.split(";"):
            numbers = part.split()
            if not numbers:
                continue
            try:
                point = float(numbers[0]), float(numbers[1])
            except (ValueError, IndexError):
                return None
            if not all(map(math.isfinite, point)):
                return None
            points.append(point)
    return points


def measure_area(points: list[Point]) -> float:
    """The area that a closed line of points encloses."""
    total = 0.0
    for (lat1, lon1), (lat2, lon2) in _closed(points):
        width = math.radians(lon2 - lon1)
        total += width * (2 + math.sin(math.radians(lat1)) + math.sin(math.radians(lat2)))
    return abs(total * _RADIUS * _RADIUS / 2)


def measure_length(points: list[Point]) -> float:
    """The length of the line through points, along great circles."""
    return sum(_great_circle(start, end) for start, end in pairwise(points))


def _great_circle(start: Point, end: Point) -> float:
    lat1, lat2 = math.radians(start[0]), math.radians(end[0])
    width = math.radians(end[1] - start[1])
    cosine = math.sin(lat1) * math.sin(lat2) + math.cos(lat1) * math.cos(lat2) * math.cos(width)
    return math.acos(max(-1.0, min(1.0, cosine))) * _RADIUS


def _closed(points: list[Point]) -> Iterator[tuple[Point, Point]]:
    yield from pairwise(points)
    if points:
        yield points[-1], points[0]


def lies_inside(point: Point, shape: list[Point]) -> bool:
    """Whether a line east from the point leaves the shape an odd number of times."""
    lat, lon = point
    inside = False
    for (lat1, lon1), (lat2, lon2) in _closed(shape):
        if (lat1 > lat) != (lat2 > lat):
            crossing = lon1 + (lon2 - lon1) * (lat - lat1) / (lat2 - lat1)
            inside ^= lon < crossing
    return inside


def crosses_itself(points: list[Point]) -> bool:
    """Whether two pieces of a line that do not follow each other share a point."""
    pieces = list(pairwise(points))
    is_closed = len(points) > 2 and points[0] == points[-1]
    for i, one in enumerate(pieces):
        for j in range(i + 2, len(pieces)):
            if is_closed and i == 0 and j == len(pieces) - 1:
                continue
            if _cross(one, pieces[j]):
                return True
    return False


def _cross(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    (a, b), (c, d) = one, other
    turns = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if turns[0] != turns[1] and turns[2] != turns[3]:
        return True
    ends = ((a, b, c), (a, b, d), (c, d, a), (c, d, b))
    return any(not turn and _spans(*end) for turn, end in zip(turns, ends, strict=True))


def _turn(a: Point, b: Point, c: Point) -> int:
    product = (b[1] - a[1]) * (c[0] - b[0]) - (b[0] - a[0]) * (c[1] - b[1])
    return (product > 0) - (product < 0)


def _spans(a: Point, b: Point, c: Point) -> bool:
    return all(min(a[i], b[i]) <= c[i] <= max(a[i], b[i]) for i in (0, 1))


def _points(lists: _TextLists, node: Node, env: Environment) -> list[Point] | None:
    points = read_points([text for texts in lists for text in texts(node, env)])
    env.budget.spend(len(points or ()))
    return points


@register(FUNCTIONS, "area", 1, MANY)
def _area(pieces: tuple[Compiled, ...]) -> Compiled:
    lists = tuple(map(as_texts, pieces))

    def area(node: Node, env: Environment) -> float:
        points = _points(lists, node, env)
        return NAN if points is None else round(measure_area(points), 2)

    return Compiled("number", area)


@register(FUNCTIONS, "distance", 1, MANY)
def _distance(pieces: tuple[Compiled, ...]) -> Compiled:
    lists = tuple(map(as_texts, pieces))

    def distance(node: Node, env: Environment) -> float:
        points = _points(lists, node, env)
        return NAN if points is None else round(measure_length(points), 2)

    return Compiled("number", distance)


@register(FUNCTIONS, "geofence", 2, 2)
def _geofence(pieces: tuple[Compiled, ...]) -> Compiled:
    where, fence = (as_texts(pieces[0]),), (as_texts(pieces[1]),)

    def geofence(node: Node, env: Environment) -> bool:
        point, shape = _points(where, node, env), _points(fence, node, env)
        return lies_inside(point[0], shape) if point and shape else False

    return Compiled("boolean", geofence)


@register(FUNCTIONS, "intersects", 1, 1)
def _intersects(pieces: tuple[Compiled, ...]) -> Compiled:
    line = (as_texts(pieces[0]),)

    def intersects(node: Node, env: Environment) -> bool:
        points = _points(line, node, env)
        env.budget.spend(len(points or ()) ** 2 // 2)
        return crosses_itself(points) if points else False

    return Compiled("boolean", intersects)
