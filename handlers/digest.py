"""The one message a day: what is overdue, due today and due within seven days, with buttons.

The scheduler queues that somebody is to have one. What is in it is read at the moment of sending,
and again when its pages are turned.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from core.messages import Button, Reply
from core.texts import say
from handlers import duties, owing, owing_page, window_words
from handlers.owing import Brief, Duty, Entry, Moment
from handlers.tokens import DUTY, token
from handlers.turn import House, Replies, Turn
from scheduler.digests import drop, give_back
from scheduler.intents import DIGEST_SLOT, Day
from scheduler.telling import still_fits
from storage.outbox import Parcel
from storage.reminders import Reminders
from storage.unit import UnitOfWork

if TYPE_CHECKING:  # rules are loaded when first wanted
    from scheduler.ground import Ground

_SINCE: Final = timedelta(days=2)  # what was held back before that was in a digest
PAGE_WORD: Final = "digest"  # in the token of a page: o:digest:2


@dataclass(frozen=True, slots=True)
class Digest:
    """One page of it, the one of this `number` (from 0) of so many `pages`: of all its `entries`
    those that are `shown`. `held` are messages that the person's daily cap kept back; what they
    were about is among the entries."""

    entries: Sequence[Entry[Brief]]
    shown: Sequence[Entry[Duty]]
    number: int = 0
    pages: int = 1
    held: int = 0


async def prepare(uow: UnitOfWork, parcel: Parcel, house: House) -> Reply | None:
    """A queued digest: its first page. None if there is nothing in it any more; one that does not
    fit just now comes later, and one of another day, after an outage, is left to that day's."""
    day = Day.of(parcel.body)
    chat = await uow.conversations.get(parcel.conversation_id)
    if chat is None or chat.actor.account_id != day.account or house.ground is None:
        return None
    at = Moment(uow.now, house.zone)
    fits = await still_fits(uow, house.zone, day.account, through=False)
    if day.day != at.today or not fits:
        await give_back(uow, day)
        return None
    uow.become(chat.actor)
    held: set[int] = set()
    if day.held:
        held = await Reminders(uow.connection).riding(day.account, uow.now - _SINCE)
    owed = await _read(uow, house.ground(), day.account, at, held=held)
    if not owed.entries:
        await drop(uow, day, _SINCE)
        return None
    return page(replace(owed, held=day.held), at, parcel.language)


async def turn_page(turn: Turn, number: int) -> Replies:
    """Another page of the digest, as things stand now."""
    at, account = Moment(turn.uow.now, turn.house.zone), turn.chat.account_id
    digest = Digest([], [])
    if account is not None and turn.house.ground is not None:
        digest = await _read(turn.uow, turn.house.ground(), account, at, number=max(number, 0))
    return [page(digest, at, turn.language, edit=True)]


async def _read(
    uow: UnitOfWork,
    ground: Ground,
    account: int,
    at: Moment,
    *,
    number: int = 0,
    held: Collection[int] = (),
) -> Digest:
    """A page of what is overdue or due within a week, and of what is among `held`."""
    found = await duties.in_brief(uow, ground, account)
    soon = {one.id for one in owing.within(found, "week", at)}
    told = [one for one in found if one.id in soon or one.id in held]
    entries = owing.in_order(told, "household", at)
    shown, number, pages = owing_page.page_of(entries, number)
    return Digest(entries, await duties.filled_in(uow, ground, shown), number, pages)


def page(digest: Digest, at: Moment, language: str, *, edit: bool = False) -> Reply:
    """What a page of a digest looks like."""
    entries, shown = digest.entries, digest.shown
    day = window_words.weekday(at.today, at.today, language)
    text = [say(language, "owing.title", day=day)]
    if entries:
        text.append(say(language, "owing.counts", **owing_page.counts(entries)))
    else:
        text.append(say(language, "owing.none"))
    text += owing_page.lines(shown, entries, at, language)
    if digest.held:
        text += ["", say(language, "owing.held", n=digest.held)]
    if digest.pages > 1:
        place = {"page": digest.number + 1, "pages": digest.pages, "n": len(entries)}
        text += ["", say(language, "owing.page", **place)]
    rows = [
        *owing_page.buttons(shown, language),
        *owing_page.pager(digest.number, digest.pages, PAGE_WORD),
        (Button(text=say(language, "owing.button.list"), token=token(DUTY, "list")),),
    ]
    return Reply(
        text="\n".join(text),
        buttons=tuple(rows),
        slot=DIGEST_SLOT,
        edits=DIGEST_SLOT if edit else None,
    )
