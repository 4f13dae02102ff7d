"""Months and areas as the tokens of a supervisor's pages name them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from handlers import window_words
from handlers.supervising_page import Row, button
from handlers.turn import Turn

_DAY: Final = timedelta(days=1)


def months_row(turn: Turn, month: date, what: str, root: str, *rest: str) -> Row:
    """The way to the month before, and back to this one."""
    before = (month - _DAY).replace(day=1)
    after = rest or (0,)
    row = [button(turn, "before", what, f"{before:%Y%m}", root, *after)]
    if month != turn.today.replace(day=1):
        row.append(button(turn, "now", what, f"{turn.today:%Y%m}", root, *after))
    return tuple(row)


def month_of(turn: Turn, word: str) -> date:
    """The first day of the month that a token names; this one for anything else."""
    this = turn.today.replace(day=1)
    if len(word) != 6 or not (word.isascii() and word.isdigit()):
        return this
    year, month = int(word[:4]), int(word[4:])
    if not (year >= 2000 and 1 <= month <= 12):
        return this
    return min(date(year, month, 1), this)


def last_day(turn: Turn, month: date) -> date:
    """The day on which a month is looked at: its last, or today."""
    return min((month + 31 * _DAY).replace(day=1) - _DAY, turn.today)


def month_name(turn: Turn, month: date) -> str:
    """A month and its year in words."""
    return window_words.month(month, turn.language)


def root_of(turn: Turn, word: str) -> str:
    """The area that a token names, if it is within the person's own; else that one."""
    own = turn.chat.actor.area or ""
    return word if word.isdigit() and word.startswith(own) else own
