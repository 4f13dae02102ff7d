"""Putting a duty off for some days, or moving it to another day.

Within its due day a worker decides alone, as often as the rule allows; beyond it they ask. A duty
is never hidden for longer than until its due day.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from core.messages import Button, Reply
from handlers import calendar, owed, window_words
from handlers.duties import Opened
from handlers.owing_list import SLOT
from handlers.tokens import DUTY, Token, token
from handlers.turn import Replies, Turn
from scheduler.moving import latest
from storage.requests import Asking, Requests

_DAY: Final = timedelta(days=1)
_CHOICES: Final = 3  # days that are offered to put something off to


async def snooze(turn: Turn, pressed: Token) -> Replies:
    """Ask to which day a duty is to be put off, or put it off to the day that was pressed."""
    number, day = pressed.row(1), _day(pressed.word(2))
    found = await owed.opened(turn, number)
    if found is None:
        return await owed.gone(turn)
    days = _snooze_days(turn, found)
    if not days:
        return await owed.card(turn, number, turn.say("owed.snooze.no_more"))
    if day in days:
        return await _put_off(turn, found, day)
    rows = [
        (Button(text=_named(turn, one), token=token(DUTY, "snooze", number, one.isoformat())),)
        for one in days
    ]
    text = turn.say("owed.snooze.ask", n=found.duty.snoozes)
    return [_asked(turn, text, (*rows, (_back(turn, number),)))]


def _snooze_days(turn: Turn, found: Opened) -> list[date]:
    """The days that are offered: the next ones, the last that the rule allows, never beyond due."""
    if found.rule is None or not found.duty.snoozes:
        return []
    longest = min(found.rule.limits.snooze_days, (found.duty.due_on - turn.today).days)
    ahead = [n for n in range(1, longest + 1) if n < _CHOICES or n == longest]
    return [turn.today + n * _DAY for n in ahead]


async def move(turn: Turn, pressed: Token) -> Replies:
    """Ask for the day to which a duty is to be moved, or move it to the day that was pressed."""
    number = pressed.row(1)
    found = await owed.opened(turn, number)
    if found is None:
        return await owed.gone(turn)
    last = last_day(turn, found)
    if last is None:
        return await owed.card(turn, number, turn.say("owed.move.no_more"))
    day = _day(pressed.word(2))
    if day is None:
        page = pressed.word(2) if calendar.is_page(pressed.word(2)) else f"{turn.today:%Y-%m}"
        return [_calendar(turn, found, last, page)]
    if not turn.today < day <= last:
        first = turn.today + _DAY
        return [_calendar(turn, found, last, f"{first:%Y-%m}", turn.say("owed.move.outside"))]
    if day <= found.duty.due_on:
        return await _put_off(turn, found, day)
    return await _ask(turn, found, day)


def last_day(turn: Turn, found: Opened) -> date | None:
    """The last day to which a duty may be moved, with the supervisor's consent or without; None if
    there is none. What counts in hours is never moved."""
    if found.rule is None or found.duty.due_at is not None or found.duty.asked:
        return None
    beyond = latest(found.rule, found.duty.due_on, found.row.counts_until)
    last = beyond if beyond > found.duty.due_on or found.duty.snoozes else turn.today
    return last if last > turn.today else None


def _calendar(turn: Turn, found: Opened, last: date, page: str, lead: str = "") -> Reply:
    number = found.duty.id
    due = window_words.day(found.duty.due_on, turn.today, turn.language)
    until = window_words.day(last, turn.today, turn.language)
    key = "ask" if last > found.duty.due_on else "ask_within"
    parts = [lead, turn.say(f"owed.move.{key}", due=due, last=until)]
    rows = calendar.rows(
        page,
        "day",
        turn.language,
        lambda name: token(DUTY, "move", number, name),
        lambda day: token(DUTY, "move", number, day),
    )
    text = "\n\n".join(part for part in parts if part)
    return _asked(turn, text, (*rows, (_back(turn, number),)))


async def _put_off(turn: Turn, found: Opened, day: date) -> Replies:
    left = found.duty.snoozes
    if day != found.row.snoozed:  # pressed twice, it is put off once
        if not left:
            return await owed.card(turn, found.duty.id, turn.say("owed.snooze.no_more"))
        await _requests(turn).put_off(found.duty.id, found.row.snoozes + 1, day)
        await turn.uow.record("put_off", f"{found.duty.rule}:{found.duty.code}")
        left -= 1
    lead = turn.say("owed.snooze.done", day=_named(turn, day), n=left)
    return await owed.show(turn, lead=lead, edit=True)


async def _ask(turn: Turn, found: Opened, day: date) -> Replies:
    asked = await _requests(turn).ask(Asking(found.duty.id, "reschedule", day=day))
    if not asked:
        return await owed.card(turn, found.duty.id, turn.say("owed.asked_before"))
    await turn.uow.record("ask_reschedule", f"{found.duty.rule}:{found.duty.code}")
    lead = turn.say("owed.move.asked", day=_named(turn, day))
    return await owed.card(turn, found.duty.id, lead)


def _requests(turn: Turn) -> Requests:
    return Requests(turn.uow.connection, turn.uow.actor, turn.uow.now)


def _named(turn: Turn, day: date) -> str:
    return window_words.weekday(day, turn.today, turn.language)


def _day(word: str) -> date | None:
    try:
        return date.fromisoformat(word) if len(word) == len("2026-01-01") else None
    except ValueError:
        return None


def _back(turn: Turn, number: int) -> Button:
    return Button(text=turn.say("owed.back"), token=token(DUTY, "why", number))


def _asked(turn: Turn, text: str, rows: tuple[tuple[Button, ...], ...]) -> Reply:
    return Reply(text=text, buttons=rows, slot=SLOT, edits=SLOT)
