"""What is to be typed or sent for a question, so that a channel can offer a fitting keyboard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final, Literal

from core.messages import Entry
from forms import Bounds, Kind, Prompt
from handlers import barcodes
from handlers.asking import Asking

MEDIA: Final[Mapping[Kind, Literal["photo", "audio", "video", "file"]]] = {
    Kind.IMAGE: "photo",
    Kind.AUDIO: "audio",
    Kind.VIDEO: "video",
    Kind.FILE: "file",
}
"""What kind of file answers a question."""


def entry(prompt: Prompt, asking: Asking) -> Entry:
    """The entry for `prompt`."""
    match prompt.kind:
        case Kind.INTEGER | Kind.DECIMAL | Kind.RANGE:
            return _number(prompt)
        case Kind.DATE:
            return _day(prompt, asking)
        case Kind.DATETIME:
            return Entry(kind="time" if asking.state.moment else "dateTime")
        case Kind.TIME:
            return Entry(kind="time")
        case Kind.IMAGE | Kind.AUDIO | Kind.VIDEO | Kind.FILE:
            return Entry(kind=MEDIA[prompt.kind])
        case Kind.BARCODE:
            return Entry(kind="photo" if barcodes.readable() else "text")
        case Kind.GEOPOINT | Kind.GEOTRACE | Kind.GEOSHAPE:
            return Entry(kind="location")
        case Kind.ACKNOWLEDGE | Kind.NOTE:
            return Entry(kind="none")
        case Kind.TEXT if "multiline" in prompt.appearance:
            return Entry(kind="multiline")
        case Kind.TEXT if "numbers" in prompt.appearance:
            return Entry(kind="decimal")
        case _:
            return Entry(kind="text")


def wanted(prompt: Prompt) -> str:
    """The kind of file that the question takes, '' if none: it is fetched before the step."""
    if prompt.kind is Kind.BARCODE:
        return "photo" if barcodes.readable() else ""
    return MEDIA.get(prompt.kind, "")


def smallest(prompt: Prompt) -> Literal["day", "month", "year"]:
    """What part of a date is asked for."""
    if prompt.kind is Kind.DATETIME:
        return "day"
    if "year" in prompt.appearance:
        return "year"
    return "month" if "month-year" in prompt.appearance else "day"


def _number(prompt: Prompt) -> Entry:
    low, high = prompt.bounds.minimum, prompt.bounds.maximum
    whole = prompt.kind is Kind.INTEGER or (prompt.kind is Kind.RANGE and _is_whole(prompt.bounds))
    return Entry(kind="integer" if whole else "decimal", minimum=low, maximum=high)


def _is_whole(bounds: Bounds) -> bool:
    return all("." not in (number or "") for number in (bounds.minimum, bounds.step))


def _day(prompt: Prompt, asking: Asking) -> Entry:
    bounds = _on_this_day(prompt.bounds, asking.today)
    kinds: Mapping[str, Literal["date", "month", "year"]] = {"day": "date", "month": "month"}
    kind = kinds.get(smallest(prompt), "year")
    return Entry(kind=kind, minimum=bounds.minimum, maximum=bounds.maximum)


def _on_this_day(bounds: Bounds, today: date) -> Bounds:
    """The engine leaves ``today()`` as that word; a date picker needs the day."""
    return replace(
        bounds,
        minimum=today.isoformat() if bounds.minimum == "today()" else bounds.minimum,
        maximum=today.isoformat() if bounds.maximum == "today()" else bounds.maximum,
    )
