"""The supervisor's pages in the chat: overview, overdue, subjects, decisions, records of others."""

from __future__ import annotations

from handlers import (
    menu,
    supervising_approvals,
    supervising_duty,
    supervising_entries,
    supervising_files,
    supervising_giving,
    supervising_overdue,
    supervising_overview,
    supervising_records,
    supervising_subject,
)
from handlers.states import Idle
from handlers.supervising_menu import counts, office, oversees
from handlers.tokens import Token
from handlers.turn import Replies, Turn

_NUMBERS = frozenset({"o", "r", "p", "f", "t"})
_DUTY = frozenset({"d", "remind", "lift"})
_ENTRY = frozenset({"entry", "unfit"})
_GIVING = frozenset({"give", "to", "home", "all"})
_RECORD = frozenset({"c", "fine", "back", "about", "photos"})


async def pressed(turn: Turn, pressed: Token) -> Replies:
    """One of our buttons. Whoever it is not for gets the menu."""
    if not _is_for(turn, pressed.word(0)):
        return await menu.show(turn, turn.say("chat.stale"))
    turn.state = Idle()
    match pressed.word(0):
        case "o":
            return await supervising_overview.show(turn, pressed)
        case "r":
            return await supervising_overview.rule(turn, pressed)
        case "p":
            return await supervising_overview.picture(turn, pressed)
        case "f":
            return await supervising_files.show(turn, pressed)
        case "t":
            return await supervising_files.ask(turn, pressed)
        case "h":
            return await supervising_overdue.home(turn)
        case "l":
            return await supervising_overdue.listed(turn, pressed)
        case "w":
            return await supervising_subject.show(turn, pressed)
        case "office":
            return await office(turn)
        case "a":
            return await supervising_approvals.show(turn, shown=max(pressed.number(1), 0))
        case "gone":
            return await supervising_approvals.departure(turn, pressed)
        case "req":
            return await supervising_approvals.request(turn, pressed)
        case what if what in _DUTY:
            return await supervising_duty.pressed(turn, pressed)
        case what if what in _ENTRY:
            return await supervising_entries.pressed(turn, pressed)
        case what if what in _GIVING:
            return await supervising_giving.pressed(turn, pressed)
        case what if what in _RECORD:
            return await supervising_records.pressed(turn, pressed)
        case _:
            return await menu.show(turn, turn.say("chat.stale"))


def _is_for(turn: Turn, what: str) -> bool:
    if what == "office":
        return turn.chat.actor.works_in_office
    return oversees(turn) or (counts(turn) and what in _NUMBERS)
