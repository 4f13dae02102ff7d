"""Places as people give them: a pin, typed coordinates, or a link from a map.

Coordinates are degrees in WGS 84, latitude first. Links of AMap, Tencent and Baidu carry shifted
ones, which are shifted back. A short link names no place; nothing is fetched to find it out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from core.messages import Location
from handlers.chinese_maps import from_bd09, from_gcj02

_NUMBER: Final = r"-?\d{1,3}(?:\.\d+)?"
_PAIR: Final = re.compile(rf"(?<![\d.])({_NUMBER})\s*[,;\s]\s*({_NUMBER})(?![\d.])")
_PRECISE: Final = re.compile(r"(-?\d{1,3}\.\d+),\s*(-?\d{1,3}\.\d+)")
_GOOGLE_PIN: Final = re.compile(r"!3d(-?\d+\.\d+)!4d(-?\d+\.\d+)")
_LINK: Final = re.compile(r"(?:https?://|geo:)\S+", re.IGNORECASE)
_ANGLE: Final = (
    r"(\d{1,3}(?:\.\d+)?)\s*°?\s*(?:(\d{1,2}(?:\.\d+)?)\s*['′])?\s*(?:(\d{1,2}(?:\.\d+)?)\s*[\"″])?"
)
_COMPASS: Final = re.compile(rf"([NSEW])\s*{_ANGLE}|{_ANGLE}\s*([NSEW])")
_WORDS: Final = (
    *(("北纬", "N"), ("南纬", "S"), ("东经", "E"), ("西经", "W")),
    *(("度", "°"), ("分", "'"), ("秒", '"'), ("：", ""), (":", "")),
)

_Shift = Callable[[float, float], tuple[float, float]]
# host -> how its coordinates lie, and the parameters that hold them, longitude first where marked
_MAPS: Final[Mapping[str, tuple[_Shift, tuple[tuple[str, bool], ...]]]] = {
    "amap.com": (from_gcj02, (("position", True), ("dest", True), ("q", False), ("p", False))),
    "gaode.com": (from_gcj02, (("position", True), ("dest", True), ("q", False), ("p", False))),
    "map.qq.com": (from_gcj02, (("marker", False), ("coord", False), ("center", False))),
    "map.baidu.com": (from_bd09, (("location", False), ("latlng", False))),
}
_SYSTEMS: Final[Mapping[str, _Shift]] = {
    "gcj02": from_gcj02,
    "wgs84": lambda latitude, longitude: (latitude, longitude),
}


def read(text: str) -> Location | None:
    """The place that `text` names; None if it names none or one that is not on this earth."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if link := _LINK.search(plain):
        return _of_link(link[0])
    for word, sign in _WORDS:
        plain = plain.replace(word, sign)
    found = list(_COMPASS.finditer(plain.upper()))
    if found:
        return _of_compass(found)
    pair = _PAIR.search(plain)
    return _location(float(pair[1]), float(pair[2])) if pair else None


def read_many(text: str) -> tuple[Location, ...]:
    """The places of several lines; none if one of them can't be read."""
    parts = [part for part in re.split(r"[;；\n]+", text) if part.strip()]
    found = [read(part) for part in parts] if len(parts) > 1 else [read(text)]
    return tuple(one for one in found if one) if all(found) else ()


def is_link(text: str) -> bool:
    """Whether there is a link in `text`."""
    return _LINK.search(text) is not None


def point(place: Location) -> str:
    """A place as forms keep it: latitude, longitude in degrees, altitude, accuracy in metres."""
    return f"{place.latitude:.7f} {place.longitude:.7f} {place.altitude:.1f} {place.accuracy:.1f}"


def too_rough(place: Location, parameters: Mapping[str, str]) -> float | None:
    """The metres that the form asks for, if the place is known less well than that."""
    for name in ("unacceptableAccuracyThreshold", "accuracyThreshold"):
        try:
            wanted = float(parameters[name])
        except (KeyError, ValueError):
            continue
        return wanted if place.accuracy > wanted > 0 else None
    return None


def _location(latitude: float, longitude: float, accuracy: float = 0.0) -> Location | None:
    if abs(latitude) > 90 >= abs(longitude):  # Chinese maps say the longitude first
        latitude, longitude = longitude, latitude
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return Location(latitude=latitude, longitude=longitude, accuracy=accuracy)


def _of_compass(found: list[re.Match[str]]) -> Location | None:
    """``N44°55.4' E127°9.6'`` and the like, in either order."""
    degrees: dict[str, float] = {}
    for one in found:
        sign, parts = (one[1], one.groups()[1:4]) if one[1] else (one[8], one.groups()[4:7])
        whole, minutes, seconds = (float(part or 0) for part in parts)
        value = whole + minutes / 60 + seconds / 3600
        degrees["N" if sign in "NS" else "E"] = -value if sign in "SW" else value
    if set(degrees) != {"N", "E"} or abs(degrees["N"]) > 90 or len(found) != 2:
        return None
    return _location(degrees["N"], degrees["E"])


def _of_link(link: str) -> Location | None:
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    for name, (shift, parameters) in _MAPS.items():
        if host == name or host.endswith(f".{name}"):
            return _of_chinese_map(parse_qs(parts.query), shift, parameters)
    words = unquote(link)
    if words.lower().startswith("geo:"):
        return _of_geo(words[4:])
    pair = _GOOGLE_PIN.search(words) or _PRECISE.search(words)
    return _location(float(pair[1]), float(pair[2])) if pair else None


def _of_geo(words: str) -> Location | None:
    """RFC 5870: ``39.9,116.4;u=35``, where ``u`` is the uncertainty in metres."""
    pair = _PAIR.match(words)
    accuracy = re.search(r";u=(\d+(?:\.\d+)?)", words)
    if pair is None:
        return None
    return _location(float(pair[1]), float(pair[2]), float(accuracy[1]) if accuracy else 0.0)


def _of_chinese_map(
    query: Mapping[str, list[str]], shift: _Shift, parameters: tuple[tuple[str, bool], ...]
) -> Location | None:
    system = query.get("coord_type", query.get("coordinate", [""]))[0].lower()
    shift = _SYSTEMS.get(system, shift)
    for name, longitude_first in parameters:
        pair = _PRECISE.search(query.get(name, [""])[0])
        if pair:
            first, second = float(pair[1]), float(pair[2])
            found = _location(*((second, first) if longitude_first else (first, second)))
            if found is None:
                return None
            return _location(*shift(found.latitude, found.longitude))
    return None
