"""What a person's event means as an answer to the question that is open.

An event becomes the raw answer that the engine takes (``Give``), a change of the widget that keeps
the question open (``Change``), a move to another question (``Move``), or nothing (``Reject``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from core.messages import Contact, Edited, Event, File, Location, Tap, Text
from forms import Kind, Prompt
from handlers import barcodes, calendar, choosing, dates, places
from handlers.entries import MEDIA, smallest
from handlers.states import Filling
from handlers.tokens import Token, parse
from handlers.widgets import PAGE, PINS, searched

if TYPE_CHECKING:  # the engine is loaded by the first form that is opened
    from forms import Interview

MAX_TEXT: Final = 4000  # characters: a longer answer is a mistake, not an answer


@dataclass(frozen=True, slots=True)
class Give:
    """An answer for the engine."""

    raw: str | list[str]


@dataclass(frozen=True, slots=True)
class GiveFile:
    """A file for the engine, once its content is judged and kept."""

    file: File


@dataclass(frozen=True, slots=True)
class GiveCode:
    """A photo of a bar code for the engine, once it is read."""

    file: File


@dataclass(frozen=True, slots=True)
class GivePlace:
    """A place for the engine."""

    place: Location


@dataclass(frozen=True, slots=True)
class Change:
    """The widget changes; the question stays."""

    state: Filling


@dataclass(frozen=True, slots=True)
class Move:
    """Go back, skip, or (in a repeat) add a row or go on."""

    to: str  # back | skip | add | on


@dataclass(frozen=True, slots=True)
class Reject:
    """Not an answer to this question. `key` is the text that says so."""

    key: str


Meaning = Give | GiveFile | GiveCode | GivePlace | Change | Move | Reject


def of_tap(token: Token, prompt: Prompt, iv: Interview, state: Filling, now: datetime) -> Meaning:
    """What a press of one of the question's own buttons means; its revision was checked before."""
    action, word = token.word(2), ":".join(token.words[3:])
    today = now.date()
    match action:
        case "b":
            return Move("back")
        case "s":
            return Move("skip")
        case "k":
            return Give(prompt.value)
        case "c":
            return _choose(token.number(3), prompt, iv, state)
        case "d":
            return Give(_pinned(prompt, list(state.picked or ())))
        case "u":
            return Change(replace_picked(state, (state.picked or ())[:-1]))
        case "p":
            return Change(_with(state, page=max(token.number(3), 0)))
        case "m":
            page = word or calendar.page_of(_anchor(prompt, today), smallest(prompt))
            return Change(_with(state, month=page if calendar.is_page(page) else ""))
        case "v":
            return _value(word, prompt, state, now)
        case "t":
            return _value(today.isoformat(), prompt, state, now)
        case "y":
            return _value(date.fromordinal(today.toordinal() - 1).isoformat(), prompt, state, now)
        case "n":
            return _now(prompt, state, now)
        case "o":
            return Give("OK")
        case "g":
            return Change(_with(state, guided=True))
        case _:
            return Reject("chat.reject.unknown")


def of_event(event: Event, prompt: Prompt, iv: Interview, state: Filling, now: datetime) -> Meaning:
    """What anything but a press means as an answer to `prompt`."""
    match event:
        case Text(text=text):
            return _of_text(text, prompt, iv, state, now)
        case Location():
            return _of_place(event, prompt, state)
        case File():
            return _of_file(event, prompt)
        case Contact(phone=phone) if prompt.kind in (Kind.TEXT, Kind.BARCODE):
            return Give(phone)
        case Contact():
            return Reject("chat.reject.contact")
        case Edited():
            return Reject("chat.reject.edited")
        case Tap(token=token):
            return of_tap(parse(token), prompt, iv, state, now)
        case _:
            return Reject("chat.reject.other")


# --- presses -------------------------------------------------------------------------------------


def _choose(index: int, prompt: Prompt, iv: Interview, state: Filling) -> Meaning:
    number, place = divmod(max(index, 0), PAGE)
    page = iv.choices(prompt.ref, query=state.query, page=number, size=PAGE)
    options, index = page.choices, place if index >= 0 and page.page == number else -1
    if not 0 <= index < len(options):
        return Reject("chat.reject.unknown")
    value = options[index].value
    if prompt.kind is Kind.SELECT_ONE:
        return Give(value)
    picked = state.picked or ()
    if prompt.kind is Kind.RANK:
        return Change(replace_picked(state, picked if value in picked else (*picked, value)))
    kept = tuple(one for one in picked if one != value)
    return Change(replace_picked(state, kept if value in picked else (*picked, value)))


def _value(word: str, prompt: Prompt, state: Filling, now: datetime) -> Meaning:
    if prompt.kind is not Kind.DATETIME:
        return Give(word)
    if state.moment:
        return Give(f"{state.moment}T{word}")
    return Change(_with(state, moment=word, month=""))


def _now(prompt: Prompt, state: Filling, now: datetime) -> Meaning:
    if prompt.kind is Kind.TIME:
        return Give(f"{now:%H:%M}")
    day = state.moment or now.date().isoformat()
    return Give(f"{day}T{now:%H:%M}")


def _anchor(prompt: Prompt, today: date) -> date:
    try:
        return date.fromisoformat(prompt.value[:10])
    except ValueError:
        return today


def _pinned(prompt: Prompt, picked: list[str]) -> str | list[str]:
    if prompt.kind not in PINS:
        return picked
    if prompt.kind is Kind.GEOSHAPE and picked and picked[0] != picked[-1]:
        picked = [*picked, picked[0]]  # an area closes where it began
    return ";".join(picked)


def replace_picked(state: Filling, picked: tuple[str, ...]) -> Filling:
    """`state` with other things picked."""
    return _with(state, picked=picked)


def _with(state: Filling, **changes: object) -> Filling:
    return state.model_copy(update=changes)


# --- words ---------------------------------------------------------------------------------------


def _of_text(text: str, prompt: Prompt, iv: Interview, state: Filling, now: datetime) -> Meaning:
    if len(text) > MAX_TEXT:
        return Reject("chat.reject.long")
    match prompt.kind:
        case Kind.SELECT_ONE | Kind.SELECT_MULTIPLE | Kind.RANK:
            return _of_choice_text(text, prompt, iv, state)
        case Kind.DATE:
            return _of_date(text, prompt, now.date())
        case Kind.DATETIME:
            return _of_moment(text, prompt, state, now)
        case Kind.TIME:
            hour = dates.parse_time(text)
            return Give(f"{hour:%H:%M}") if hour else Reject("chat.reject.time")
        case Kind.GEOPOINT:
            place = places.read(text)
            return GivePlace(place) if place else _no_place(text)
        case Kind.GEOTRACE | Kind.GEOSHAPE:
            found = places.read_many(text)
            return _pin(state, *found) if found else _no_place(text)
        case Kind.IMAGE | Kind.AUDIO | Kind.VIDEO | Kind.FILE:
            return Reject(f"chat.send.{MEDIA[prompt.kind]}")
        case Kind.ACKNOWLEDGE:
            return Reject("chat.reject.acknowledge")
        case _:
            return Give(text.strip())


def _of_choice_text(text: str, prompt: Prompt, iv: Interview, state: Filling) -> Meaning:
    found = choosing.named(text, prompt, iv)
    if found and prompt.kind is Kind.SELECT_ONE:
        return Give(found[0])
    if found:
        return Change(replace_picked(state, tuple(dict.fromkeys((*(state.picked or ()), *found)))))
    hits = iv.choices(prompt.ref, query=text.strip(), size=PAGE)
    if hits.total and (searched(prompt) or hits.total < prompt.choices_total):
        return Change(_with(state, query=text.strip(), page=0))
    return Reject("chat.reject.choice")


def _of_date(text: str, prompt: Prompt, today: date) -> Meaning:
    found = {
        "day": lambda: dates.parse_date(text, today),
        "month": lambda: dates.parse_month(text, today),
        "year": lambda: dates.parse_year(text),
    }[smallest(prompt)]()
    return Give(found.isoformat()) if found else Reject(f"chat.reject.{smallest(prompt)}")


def _of_moment(text: str, prompt: Prompt, state: Filling, now: datetime) -> Meaning:
    if state.moment:
        hour = dates.parse_time(text)
        return Give(f"{state.moment}T{hour:%H:%M}") if hour else Reject("chat.reject.time")
    head, tail = dates.split_moment(text)
    day = dates.parse_date(head, now.date())
    if day is None:
        return Reject("chat.reject.moment")
    hour = dates.parse_time(tail) if tail else None
    if hour:
        return Give(f"{day.isoformat()}T{hour:%H:%M}")
    return Reject("chat.reject.time") if tail else Change(_with(state, moment=day.isoformat()))


# --- places and files ----------------------------------------------------------------------------


def _of_place(place: Location, prompt: Prompt, state: Filling) -> Meaning:
    if prompt.kind is Kind.GEOPOINT:
        return GivePlace(place)
    return _pin(state, place) if prompt.kind in PINS else Reject("chat.reject.location")


def _pin(state: Filling, *found: Location) -> Meaning:
    points = (places.point(place) for place in found)
    return Change(replace_picked(state, (*(state.picked or ()), *points)))


def _no_place(text: str) -> Meaning:
    return Reject("chat.reject.link" if places.is_link(text) else "chat.reject.place")


def _of_file(file: File, prompt: Prompt) -> Meaning:
    if prompt.kind in MEDIA:
        return GiveFile(file)
    if prompt.kind is not Kind.BARCODE:
        return Reject("chat.reject.file")
    return GiveCode(file) if barcodes.readable() else Reject("chat.send.code")
