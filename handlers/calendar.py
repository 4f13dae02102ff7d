"""A calendar of buttons: days of a month, months of a year, years of a decade.

A page is named by how much of a date it fixes: ``2026-11`` shows days, ``2026`` months, ``202``
years. Taps on the name of a page lead up, taps on a month or a year lead down.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator
from datetime import date

from core.messages import Button
from core.texts import say

Row = tuple[Button, ...]
Name = Callable[[str], str]  # a page or a chosen day -> the token of its button

_SUNDAY_LAST = calendar.Calendar(firstweekday=0)


def page_of(day: date, smallest: str) -> str:
    """The page to open with: `smallest` is what is asked for, ``day``, ``month`` or ``year``."""
    return {"day": f"{day:%Y-%m}", "month": f"{day:%Y}", "year": f"{day:%Y}"[:3]}[smallest]


def is_page(page: str) -> bool:
    """Whether `page` can be shown."""
    try:
        return {3: _decade, 4: _year, 7: _month}[len(page)](page) is not None
    except (KeyError, ValueError):
        return False


def rows(page: str, smallest: str, language: str, turn_to: Name, choose: Name) -> tuple[Row, ...]:
    """The buttons of a page. `turn_to` names the token of another page, `choose` that of a day,
    month or year (always as the ISO date of its first day)."""
    if len(page) == 3:
        first = _decade(page)
        years = range(first, first + 10)
        leaf = smallest == "year"
        cells = [(str(y), choose(f"{y}-01-01") if leaf else turn_to(str(y))) for y in years]
        head = _head(
            f"{first}–{first + 9}", "", f"{first // 10 - 1}", f"{first // 10 + 1}", turn_to
        )
        return (head, *_grid(cells, 5))
    if len(page) == 4:
        year = _year(page)
        leaf = smallest == "month"
        cells = [
            (
                say(language, "chat.calendar.month", n=month),
                choose(f"{page}-{month:02}-01") if leaf else turn_to(f"{page}-{month:02}"),
            )
            for month in range(1, 13)
        ]
        return (_head(page, page[:3], f"{year - 1}", f"{year + 1}", turn_to), *_grid(cells, 4))
    return _days(page, language, turn_to, choose)


def _days(page: str, language: str, turn_to: Name, choose: Name) -> tuple[Row, ...]:
    first = _month(page)
    before = date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)
    after = date(first.year + (first.month == 12), first.month % 12 + 1, 1)
    title = say(language, "chat.calendar.title", year=first.year, month=first.month)
    names = say(language, "chat.calendar.weekdays").split()
    weeks = [
        tuple(
            Button(text=str(day), token=choose(f"{page}-{day:02}"))
            if day
            else Button(text="·", token=turn_to(page))
            for day in week
        )
        for week in _SUNDAY_LAST.monthdayscalendar(first.year, first.month)
    ]
    weekdays = tuple(Button(text=name, token=turn_to(page)) for name in names)
    head = _head(title, page[:4], f"{before:%Y-%m}", f"{after:%Y-%m}", turn_to)
    return (head, weekdays, *weeks)


def _head(title: str, up: str, before: str, after: str, turn_to: Name) -> Row:
    return (
        Button(text="‹", token=turn_to(before)),
        Button(text=title, token=turn_to(up or before)),
        Button(text="›", token=turn_to(after)),
    )


def _grid(cells: list[tuple[str, str]], width: int) -> Iterator[Row]:
    for start in range(0, len(cells), width):
        yield tuple(Button(text=text, token=token) for text, token in cells[start : start + width])


def _decade(page: str) -> int:
    first = int(page) * 10
    if not 1900 <= first <= 2190:
        raise ValueError(page)
    return first


def _year(page: str) -> int:
    year = int(page)
    if not 1900 <= year <= 2199:
        raise ValueError(page)
    return year


def _month(page: str) -> date:
    first = date.fromisoformat(f"{page}-01")
    _year(page[:4])
    return first
