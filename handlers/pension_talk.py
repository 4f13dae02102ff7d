"""The talk about pensions: which page follows what somebody pressed or typed.

Whoever is bound to their record, or acts for somebody who agreed, sees how that pension stands;
everybody else the general rules, and estimates from what they tell. Every page is made anew from
the rules and the record, so that a button of any age leads to what is right now.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from core.messages import Reply, Text
from handlers import menu, pension_pages, pension_told, request_buttons
from handlers.alerts import phone_list
from handlers.pension_case import case_of
from handlers.pension_page import SLOT, Talk, paragraphs
from handlers.pension_told import Wrong
from handlers.pension_words import PensionWords
from handlers.states import Pension
from handlers.tokens import Token
from handlers.turn import Replies, Turn

HOTLINE: Final = "12333"
"""The social insurance line of the whole country, where a deployment names none of its own."""

_LONGEST: Final = 40  # characters of a view; a longer one is forged


async def open_(turn: Turn) -> Replies:
    """Begin at the first page, in a message of its own."""
    return await _show(turn, _state(turn), ("home",))


async def again(turn: Turn, state: Pension, lead: str = "") -> Replies:
    """The open page once more, after `lead`."""
    return await _show(turn, state, state.view or ("home",), lead)


async def handle(turn: Turn, state: Pension) -> Replies:
    """Whatever comes in while a page is open and is not one of its buttons."""
    if not isinstance(turn.event, Text):
        return await again(turn, state, turn.say("pension.bad.use_buttons"))
    talk = await _talk(turn, state)
    try:
        changed = pension_told.typed(talk, state, turn.event.text)
    except Wrong as wrong:
        return await again(turn, state, _unchanged(turn, wrong))
    return await _show(turn, changed, changed.view)


async def pressed(turn: Turn, pressed: Token) -> Replies:
    """A button of a page."""
    state = _state(turn)
    match pressed.word(0):
        case "menu":
            return await menu.show(turn)
        case "open":
            return await open_(turn)
        case "person":
            chosen = Pension(person=pressed.word(1))
            return await _show(turn, chosen, ("home",), edit=True)
        case "birth" | "years" | "balance":
            return await _told(turn, state, pressed)
        case _:
            known = sum(map(len, pressed.words)) <= _LONGEST
            return await _show(turn, state, pressed.words if known else ("home",), edit=True)


async def _told(turn: Turn, state: Pension, pressed: Token) -> Replies:
    talk = await _talk(turn, state)
    try:
        match pressed.word(0):
            case "birth":
                changed = pension_told.birth(talk, state, _day(pressed.word(1)))
            case "years":
                paid = pressed.number(1)
                changed = pension_told.years(talk, state, paid if paid >= 0 else None)
            case _:
                changed = pension_told.balance_unknown(state)
    except Wrong as wrong:
        return await _show(turn, state, state.view, _unchanged(turn, wrong), edit=True)
    return await _show(turn, changed, changed.view, edit=True)


def _unchanged(turn: Turn, wrong: Wrong) -> str:
    return turn.say("pension.bad.unchanged", words=wrong.words)


def _state(turn: Turn) -> Pension:
    return turn.state if isinstance(turn.state, Pension) else Pension()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


async def _show(
    turn: Turn, state: Pension, view: pension_pages.View, lead: str = "", *, edit: bool = False
) -> Replies:
    talk = await _talk(turn, state)
    page = pension_pages.page(talk, view)
    turn.state = state.model_copy(update={"view": view, "asks": page.asks})
    return [
        Reply(
            text=paragraphs(lead, page.text),
            buttons=tuple(row for row in page.rows if row),
            entry=page.entry,
            slot=SLOT,
            edits=SLOT if edit else None,
        )
    ]


async def _talk(turn: Turn, state: Pension) -> Talk:
    words = PensionWords(turn.language, turn.house.pension())
    case = await case_of(turn, state, words.book)
    phones = turn.house.phones("pension", case.region)
    return Talk(
        words,
        turn.today,
        case,
        phones[0].number if phones else HOTLINE,
        phone_list(turn.house, turn.language, "pension", case.region),
        tuple(request_buttons.buttons(turn, case.who.code)) if case.who else (),
    )
