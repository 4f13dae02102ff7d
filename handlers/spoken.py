"""How an answer reads to a person: in full, so that a wrong reading is seen at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from core.texts import say
from forms import Kind
from handlers.markup import unmarked

_RECEIVED: Final = {
    Kind.IMAGE: "chat.received.photo",
    Kind.AUDIO: "chat.received.audio",
    Kind.VIDEO: "chat.received.video",
    Kind.FILE: "chat.received.file",
}


def answer(kind: Kind, value: str, shown: str, appearance: Sequence[str], language: str) -> str:
    """The stored `value` in words; '' for none. `shown` is the engine's own reading, with the
    labels of choices. The result is plain text."""
    if not value:
        return ""
    match kind:
        case Kind.DATE:
            return _day(value, appearance, language)
        case Kind.DATETIME:
            day, _, hour = value.partition("T")
            return f"{_day(day, (), language)} {hour[:5]}".rstrip()
        case Kind.TIME:
            return value[:5]
        case Kind.GEOPOINT:
            return _place(value, language)
        case Kind.GEOTRACE | Kind.GEOSHAPE:
            return say(language, "chat.points", n=_points(value, kind))
        case Kind.IMAGE | Kind.AUDIO | Kind.VIDEO | Kind.FILE:
            return say(language, _RECEIVED[kind])
        case Kind.ACKNOWLEDGE:
            return say(language, "chat.button.ok")
        case Kind.SELECT_ONE | Kind.SELECT_MULTIPLE | Kind.RANK:
            return unmarked(shown)
        case _:
            return shown


def _day(value: str, appearance: Sequence[str], language: str) -> str:
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        return value
    if "year" in appearance:
        return f"{day:%Y}"
    if "month-year" in appearance:
        return f"{day:%Y-%m}"
    weekday = say(language, "chat.weekdays").split()[day.weekday()]
    return say(language, "chat.day", day=day.isoformat(), weekday=weekday)


def _place(value: str, language: str) -> str:
    numbers = value.split()
    try:
        latitude, longitude = float(numbers[0]), float(numbers[1])
        accuracy = round(float(numbers[3])) if len(numbers) > 3 else 0
    except (ValueError, IndexError):
        return value
    where = f"{latitude:.5f}, {longitude:.5f}"
    return say(language, "chat.place_within", place=where, n=accuracy) if accuracy else where


def _points(value: str, kind: Kind) -> int:
    count = len([point for point in value.split(";") if point.strip()])
    return count - 1 if kind is Kind.GEOSHAPE else count  # an area ends where it began
