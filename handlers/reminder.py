"""A message of its own to a worker: what has to be done soon, or at once."""

from __future__ import annotations

from collections.abc import Sequence

from core.messages import Button, Reply
from core.texts import say
from handlers import duties, owing, owing_page, window_words
from handlers.owing import Duty, Moment
from handlers.tokens import DUTY, token
from handlers.turn import House
from scheduler.intents import Intent
from scheduler.telling import put_off, still_fits
from storage.outbox import Parcel
from storage.reminders import Reminders
from storage.unit import UnitOfWork


async def prepare(uow: UnitOfWork, parcel: Parcel, house: House) -> Reply | None:
    """A queued reminder, of what of it is still owed; None if nothing is, or if it has to wait."""
    intent = Intent.of(parcel.body)
    chat = await uow.conversations.get(parcel.conversation_id)
    if chat is None or chat.actor.account_id != intent.account or house.ground is None:
        return None
    if not await still_fits(uow, house.zone, intent.account, through=intent.through):
        await put_off(uow, house.zone, intent, own=True)
        return None
    uow.become(chat.actor)
    told = await Reminders(uow.connection).told(intent.account, intent.at, intent.ways)
    ground = house.ground()
    found = [await duties.one(uow, ground, number) for number in told]
    owed = [one for one in found if one is not None and one.hidden_until is None]
    at = Moment(uow.now, house.zone)
    return page(owed, at, parcel.language, urgent=intent.urgent) if owed else None


def page(owed: Sequence[Duty], at: Moment, language: str, *, urgent: bool) -> Reply:
    """What is reminded of, what is due first before the rest, with the buttons to do it."""
    entries = owing.in_order(owed, "household", at)
    shown = entries[: owing_page.PAGE]
    day = window_words.weekday(at.today, at.today, language)
    text = [say(language, "remind.urgent") if urgent else say(language, "remind.title", day=day)]
    if len(entries) == 1:
        text += ["", _line(entries[0].duty, at, language)]
    else:
        text += owing_page.lines(shown, entries, at, language)
    if len(entries) > len(shown):
        text += ["", say(language, "remind.more", n=len(entries) - len(shown))]
    rows = [
        *owing_page.buttons(shown, language),
        (Button(text=say(language, "owing.button.list"), token=token(DUTY, "list")),),
    ]
    return Reply(text="\n".join(text), buttons=tuple(rows), urgent=urgent)


def _line(duty: Duty, at: Moment, language: str) -> str:
    what, due = owing_page.what(duty, language), owing_page.due(duty, at, language)
    return say(language, "owing.with_due", what=what, due=due)
