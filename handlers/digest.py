"""The one message a day: what is overdue, due today and due within seven days, with buttons.

The scheduler queues it as data and checks it again at the moment of sending; here it becomes a
reply in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from core.messages import Button, Reply
from core.texts import say
from handlers import owing, owing_page, window_words
from handlers.owing import Duty, Moment
from handlers.tokens import DUTY, token
from handlers.turn import House

KIND: Final = "digest"
SLOT: Final = "digest"
PAGE_WORD: Final = "digest"  # in the token of a page: o:digest:2


class Digest(BaseModel):
    """What a digest holds: the duties as they were at the moment `at`. `held` are messages that
    the person's daily cap kept back; what they were about is among the duties."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: AwareDatetime
    duties: tuple[Duty, ...]
    held: int = Field(default=0, ge=0)


def render(body: Mapping[str, Any], language: str, house: House) -> Reply:
    """A queued digest: its first page."""
    digest = Digest.model_validate(body)
    return page(digest, Moment(digest.at, house.zone), language)


def page(
    digest: Digest, at: Moment, language: str, number: int = 0, *, edit: bool = False
) -> Reply:
    """One page (from 0) of a digest."""
    entries = owing.in_order(digest.duties, "household", at)
    shown, number, pages = owing_page.page_of(entries, number)
    day = window_words.weekday(at.today, at.today, language)
    text = [say(language, "owing.title", day=day)]
    if entries:
        text.append(say(language, "owing.counts", **owing_page.counts(entries)))
    else:
        text.append(say(language, "owing.none"))
    text += owing_page.lines(shown, entries, at, language)
    if digest.held:
        text += ["", say(language, "owing.held", n=digest.held)]
    if pages > 1:
        text += ["", say(language, "owing.page", page=number + 1, pages=pages, n=len(entries))]
    rows = [
        *owing_page.buttons(shown, language),
        *owing_page.pager(number, pages, PAGE_WORD),
        (Button(text=say(language, "owing.button.list"), token=token(DUTY, "list")),),
    ]
    return Reply(text="\n".join(text), buttons=tuple(rows), slot=SLOT, edits=SLOT if edit else None)
