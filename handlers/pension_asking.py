"""Asking for what an estimate needs, where no record tells it: by buttons alone, or typed."""

from __future__ import annotations

from core.messages import Button, Entry
from handlers import calendar
from handlers.pension_page import Asks, Page, Talk, grid
from handlers.tokens import PENSION, token

_DECADE = "197"  # most of those who ask were born about then
_NUMBERS = 20  # buttons on a page
_YEAR = 4  # a page of the calendar that shows the months of a year is named by so many figures


def show(talk: Talk, what: Asks, place: str = "") -> Page:
    """Ask for `what`; `place` is a page of the calendar, or the first number that is offered."""
    match what:
        case "years":
            return _years(talk, int(place) if place.isdecimal() else 0)
        case "balance":
            return _balance(talk)
        case _:
            return _birth(talk, place)


def _birth(talk: Talk, place: str) -> Page:
    rows = calendar.rows(
        place if calendar.is_page(place) and len(place) <= _YEAR else _DECADE,
        "month",
        talk.words.language,
        lambda page: token(PENSION, "ask", "birth", page),
        lambda day: token(PENSION, "birth", day),
    )
    entry = Entry(kind="text", placeholder=talk.say("ask.placeholder_birth"))
    home = (talk.button("home", "home"),)
    return Page(talk.say("ask.birth"), (*rows, home), asks="birth", entry=entry)


def _years(talk: Talk, first: int) -> Page:
    buttons = [
        Button(text=talk.say("button.n_years", n=n), token=token(PENSION, "years", n))
        for n in range(first, first + _NUMBERS)
    ]
    fewer = talk.button("fewer_years", "ask", "years", first - _NUMBERS)
    more = talk.button("more_years", "ask", "years", first + _NUMBERS)
    around = (*((fewer,) if first else ()), *((more,) if first < 2 * _NUMBERS else ()))
    rows = (*grid(buttons), around, (talk.button("home", "home"),))
    entry = Entry(kind="integer", minimum="0", placeholder=talk.say("ask.placeholder_number"))
    return Page(talk.say("ask.years"), rows, asks="years", entry=entry)


def _balance(talk: Talk) -> Page:
    unknown = talk.button("unknown", "balance", "")
    entry = Entry(kind="decimal", placeholder=talk.say("ask.placeholder_number"))
    return Page(talk.say("ask.balance"), ((unknown,),), asks="balance", entry=entry)
