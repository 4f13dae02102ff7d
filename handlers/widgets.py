"""The buttons under a question, by its kind."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

from core.messages import Button
from forms import Choice, Kind, Prompt
from handlers import calendar
from handlers.asking import Asking
from handlers.entries import MEDIA, smallest
from handlers.markup import unmarked

Row = tuple[Button, ...]

PAGE: Final = 10  # choices that stand under one message
BROWSE: Final = 50  # more choices than this are searched, not paged
QUICK_NUMBERS: Final = 12  # a range of so few numbers is offered as buttons
PINS: Final = {Kind.GEOTRACE: 2, Kind.GEOSHAPE: 3}  # the fewest that make a line, an area

_PLAIN: Final = ("no-calendar", "no_calendar")


def widget(prompt: Prompt, asking: Asking) -> Sequence[Row]:
    """The buttons that answer `prompt`."""
    match prompt.kind:
        case Kind.SELECT_ONE:
            return _choices(prompt, asking, {prompt.value: "✓"})
        case Kind.SELECT_MULTIPLE:
            picked = asking.state.picked or ()
            return (
                *_choices(prompt, asking, dict.fromkeys(picked, "✓")),
                _done(prompt, asking),
            )
        case Kind.RANK:
            return _rank(prompt, asking)
        case Kind.INTEGER | Kind.DECIMAL | Kind.RANGE:
            return _numbers(prompt, asking)
        case Kind.DATE | Kind.DATETIME:
            return _days(prompt, asking)
        case Kind.TIME:
            return ((asking.button(prompt.rev, "chat.button.now", "n"),),)
        case Kind.ACKNOWLEDGE:
            return ((asking.button(prompt.rev, "chat.button.ok", "o", primary=True),),)
        case Kind.GEOTRACE | Kind.GEOSHAPE:
            return _pins(prompt, asking)
        case _:
            return ()


def navigation(prompt: Prompt, asking: Asking) -> Sequence[Row]:
    """The buttons that every question has: explanation, back, on."""
    rev = prompt.rev
    first = prompt.progress.at <= 1 + asking.answered
    row = [] if first else [back(rev, asking)]
    if prompt.value and prompt.kind not in (*MEDIA, Kind.SELECT_MULTIPLE, Kind.RANK):
        row.append(asking.button(rev, "chat.button.same", "k"))
    elif not prompt.required and prompt.kind not in (Kind.ACKNOWLEDGE, Kind.SELECT_MULTIPLE):
        row.append(asking.button(rev, "chat.button.skip", "s"))
    if prompt.value and not prompt.required and prompt.kind is not Kind.SELECT_MULTIPLE:
        row.append(asking.button(rev, "chat.button.clear", "s"))
    if prompt.guidance and not asking.state.guided:
        row.append(asking.button(rev, "chat.button.guidance", "g"))
    return (tuple(row),) if row else ()


def back(rev: int, asking: Asking) -> Button:
    """The way to the question before."""
    return asking.button(rev, "chat.button.back", "b")


def searched(prompt: Prompt) -> bool:
    """Whether a select is answered by typing part of a name instead of by pages."""
    wanted = {"minimal", "autocomplete", "search"} & set(prompt.appearance)
    return prompt.choices_total > BROWSE or (bool(wanted) and prompt.choices_total > PAGE)


def quick_numbers(prompt: Prompt) -> list[str]:
    """The values that a question with narrow bounds offers as buttons."""
    bounds = prompt.bounds
    if bounds.minimum is None or bounds.maximum is None:
        return []
    if prompt.kind is Kind.DECIMAL and bounds.step is None:
        return []
    try:
        low, high = Decimal(bounds.minimum), Decimal(bounds.maximum)
        step = Decimal(bounds.step or "1")
    except InvalidOperation:
        return []
    if step <= 0 or high < low or (high - low) / step + 1 > QUICK_NUMBERS:
        return []
    count = int((high - low) / step) + 1
    return [f"{(low + step * number).normalize():f}" for number in range(count)]


def _choices(prompt: Prompt, asking: Asking, marks: dict[str, str]) -> Sequence[Row]:
    """A page of choices, each in a row; `marks` stand before those that are chosen."""
    page = asking.choices
    if page is None or (searched(prompt) and not asking.state.query):
        return ()
    rows: list[Row] = []
    for index, choice in enumerate(page.choices, page.page * PAGE):
        mark = marks.get(choice.value, "")
        text = f"{mark} {_name(choice)}".lstrip()
        style = "chosen" if mark else "plain"
        name = asking.token(prompt.rev, "c", index)
        rows.append((Button.model_validate({"text": text, "token": name, "style": style}),))
    if page.pages > 1:
        rows.append(_pages(prompt.rev, page.page, page.pages, asking))
    return rows


def _name(choice: Choice) -> str:
    return unmarked(choice.label) or choice.value


def _pages(rev: int, page: int, pages: int, asking: Asking) -> Row:
    return (
        Button(text="‹", token=asking.token(rev, "p", (page - 1) % pages)),
        Button(text=f"{page + 1} / {pages}", token=asking.token(rev, "p", page)),
        Button(text="›", token=asking.token(rev, "p", (page + 1) % pages)),
    )


def _done(prompt: Prompt, asking: Asking) -> Row:
    count = len(asking.state.picked or ())
    text = asking.say("chat.button.done_n", n=count) if count else asking.say("chat.button.none")
    return (Button(text=text, token=asking.token(prompt.rev, "d"), style="primary"),)


def _rank(prompt: Prompt, asking: Asking) -> Sequence[Row]:
    picked = asking.state.picked or ()
    rows = _choices(prompt, asking, {value: f"{n}." for n, value in enumerate(picked, 1)})
    tail = [asking.button(prompt.rev, "chat.button.undo", "u")] if picked else []
    if picked and len(picked) == prompt.choices_total:
        tail.append(asking.button(prompt.rev, "chat.button.done", "d", primary=True))
    return (*rows, tuple(tail)) if tail else rows


def _numbers(prompt: Prompt, asking: Asking) -> Sequence[Row]:
    star = " ★" if "rating" in prompt.appearance else ""
    buttons = [
        Button(text=f"{value}{star}", token=asking.token(prompt.rev, "v", value))
        for value in quick_numbers(prompt)
    ]
    width = 4 if len(buttons) > 6 else 6
    return [tuple(buttons[start : start + width]) for start in range(0, len(buttons), width)]


def _days(prompt: Prompt, asking: Asking) -> Sequence[Row]:
    rev = prompt.rev
    if prompt.kind is Kind.DATETIME and asking.state.moment:
        return ((asking.button(rev, "chat.button.now", "n"),),)
    if asking.state.month:
        return calendar.rows(
            asking.state.month,
            smallest(prompt),
            asking.language,
            lambda page: asking.token(rev, "m", page),
            lambda day: asking.token(rev, "v", day),
        )
    shut = any(name in prompt.appearance for name in _PLAIN)
    leaf = () if shut else (asking.button(rev, "chat.button.calendar", "m"),)
    if smallest(prompt) != "day":
        return (leaf,) if leaf else ()
    today = asking.button(rev, "chat.button.today", "t")
    yesterday = asking.button(rev, "chat.button.yesterday", "y")
    if prompt.kind is Kind.DATETIME:
        moments = (asking.button(rev, "chat.button.now", "n"), today, yesterday)
        return (moments, leaf) if leaf else (moments,)
    return ((today, yesterday, *leaf),)


def _pins(prompt: Prompt, asking: Asking) -> Sequence[Row]:
    picked = asking.state.picked or ()
    row = [asking.button(prompt.rev, "chat.button.undo", "u")] if picked else []
    if len(picked) >= PINS[prompt.kind]:
        row.append(asking.button(prompt.rev, "chat.button.done", "d", primary=True))
    return (tuple(row),) if row else ()
