"""Buttons that open a file: after a purpose was named, or in an emergency."""

from __future__ import annotations

from core.messages import Reply
from handlers import (
    emergencies,
    purposes,
    records,
    subjects,
    supervising_menu,
    supervising_records,
)
from handlers.menu import SLOT
from handlers.states import Idle
from handlers.tokens import OVERSEE, Token
from handlers.turn import Replies, Turn


async def pressed(turn: Turn, pressed: Token) -> Replies:
    """A purpose, which opens what it was asked for, or the wish to open a file by its code."""
    match pressed.word(0):
        case "for" if pressed.word(1) in purposes.PURPOSES:
            return await _for(turn, pressed)
        case _:
            return await emergencies.ask(turn, pressed.word(1))


async def _for(turn: Turn, pressed: Token) -> Replies:
    purpose, code, record = pressed.word(1), pressed.word(2), pressed.word(3)
    whom = await purposes.whom(turn.uow, code)
    if whom is None:
        turn.state = Idle()
        return [Reply(text=turn.say("chat.list.unknown"), slot=SLOT, edits=SLOT)]
    await purposes.state(turn, *whom, purpose)
    if record and pressed.word(4) == OVERSEE and supervising_menu.oversees(turn):
        return await supervising_records.open_(turn, record)
    if record:
        return await records.open_(turn, record)
    return await subjects.card(turn, "person", code)
