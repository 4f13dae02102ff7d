"""The answer to "what do I owe?": a list for a span of days, by household or by person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, get_args

from core.messages import Button, Reply
from core.texts import say
from handlers import owing, owing_page, window_words
from handlers.owing import By, Duty, Entry, Listed, Moment, Span
from handlers.tokens import DUTY, MENU, Token, token

SLOT: Final = "menu"
LIST: Final = "list"  # in tokens: o:list:week:household:0

SPANS: Final[tuple[Span, ...]] = get_args(Span)
ORDERS: Final[tuple[By, ...]] = get_args(By)

Row = tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class View:
    """Which part of it is shown, and how it is grouped; `page` counts from 0."""

    span: Span = "week"
    by: By = "household"
    page: int = 0

    @property
    def words(self) -> tuple[str, str, str]:
        """Itself, without its page, as the words of a token."""
        return LIST, self.span, self.by


def view_of(pressed: Token) -> View:
    """The view that a button of the list asks for; anything else there is the plain one."""
    span: Span = next((one for one in SPANS if one == pressed.word(1)), "week")
    by: By = next((one for one in ORDERS if one == pressed.word(2)), "household")
    return View(span, by, max(pressed.number(3), 0))


@dataclass(frozen=True, slots=True)
class Part(Generic[Listed]):
    """What a view shows: of all its `entries` those that are on its page, the one of this `number`
    (from 0) of so many `pages`. So many more are `beyond` its span."""

    entries: Sequence[Entry[Listed]]
    shown: Sequence[Entry[Listed]]
    number: int
    pages: int
    beyond: int


def part(duties: Sequence[Listed], view: View, at: Moment) -> Part[Listed]:
    """What `view` shows of what somebody owes."""
    within = owing.within(duties, view.span, at)
    entries = owing.in_order(within, view.by, at)
    shown, number, pages = owing_page.page_of(entries, view.page)
    return Part(entries, shown, number, pages, len(duties) - len(within))


def show(
    whole: Part[Listed],
    shown: Sequence[Entry[Duty]],
    view: View,
    at: Moment,
    language: str,
    *,
    edit: bool = False,
) -> Reply:
    """The page of `whole` whose entries, with all that is to be seen of them, are `shown`."""
    entries = whole.entries
    day = window_words.weekday(at.today, at.today, language)
    text = [say(language, "owing.title", day=day)]
    if entries:
        text += owing_page.lines(shown, entries, at, language)
    else:
        text.append(say(language, "owing.none"))
    if whole.beyond:
        text += ["", say(language, "owing.more", n=whole.beyond)]
    if whole.pages > 1:
        text += [
            "",
            say(language, "owing.page", page=whole.number + 1, pages=whole.pages, n=len(entries)),
        ]
    rows = [
        *owing_page.buttons(shown, language),
        *owing_page.pager(whole.number, whole.pages, *view.words),
        *_choices(view, language),
        (Button(text=say(language, "chat.button.menu"), token=token(MENU)),),
    ]
    return Reply(text="\n".join(text), buttons=tuple(rows), slot=SLOT, edits=SLOT if edit else None)


def _choices(view: View, language: str) -> list[Row]:
    """Other spans, and the other order; what is shown now is marked."""
    spans = [(one, View(one, view.by)) for one in SPANS]
    orders = [(one, View(view.span, one)) for one in ORDERS]
    return [
        tuple(_choice(name, other, view, language) for name, other in some)
        for some in (spans, orders)
    ]


def _choice(name: str, other: View, view: View, language: str) -> Button:
    text = say(language, f"owing.button.{name}")
    if other.words == view.words:
        marked = say(language, "owing.button.chosen", name=text)
        return Button(text=marked, token=token(DUTY, *other.words, 0), style="chosen")
    return Button(text=text, token=token(DUTY, *other.words, 0))
