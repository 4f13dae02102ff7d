"""Asking the supervisor to lift a duty: for a reason of the rule's, with a word of explanation."""

from __future__ import annotations

from typing import Final

from core.messages import Button, Entry, Reply, Text
from core.texts import known
from handlers import owed, owing_page
from handlers.owing_list import SLOT
from handlers.states import Requesting
from handlers.tokens import DUTY, Token, token
from handlers.turn import Replies, Turn
from storage.requests import Asking, Requests

OTHER: Final = "other"
"""The reason that says nothing without a word of explanation."""

SEND: Final = "send"
LONGEST: Final = 200  # letters of an explanation


async def pressed(turn: Turn, pressed: Token) -> Replies:
    """Ask for the reason, then for a word of explanation, then hand it in."""
    number, reason = pressed.row(1), pressed.word(2)
    found = await owed.opened(turn, number)
    if found is None:
        return await owed.gone(turn)
    reasons = found.rule.limits.exempt if found.rule else ()
    if found.duty.asked or not reasons:
        return await owed.card(turn, number, turn.say("owed.asked_before"))
    if reason not in reasons:
        return [_ask_reason(turn, number, reasons)]
    if pressed.word(3) == SEND and reason != OTHER:
        return await _hand_in(turn, number, reason, None)
    turn.state = Requesting(obligation=number, reason=reason)
    what = owing_page.what(found.duty, turn.language)
    return [_ask_words(turn, number, reason, what)]


async def handle(turn: Turn, state: Requesting) -> Replies:
    """The words of explanation."""
    if not isinstance(turn.event, Text) or not turn.event.text.strip():
        return [_ask_words(turn, state.obligation, state.reason, "")]
    if owed.is_asked_for(turn):
        return await owed.show(turn)
    words = turn.event.text.strip()[:LONGEST]
    return await _hand_in(turn, state.obligation, state.reason, words)


async def _hand_in(turn: Turn, number: int, reason: str, words: str | None) -> Replies:
    found = await owed.opened(turn, number)
    if found is None:
        return await owed.gone(turn)
    requests = Requests(turn.uow.connection, turn.uow.actor, turn.uow.now)
    if not await requests.ask(Asking(number, "exempt", reason, words)):
        return await owed.card(turn, number, turn.say("owed.asked_before"))
    await turn.uow.record("ask_exempt", f"{found.duty.rule}:{found.duty.code}:{reason}")
    lead = turn.say("owed.exempt.asked", reason=named(turn, reason))
    return await owed.show(turn, lead=lead, edit=words is None)


def named(turn: Turn, reason: str) -> str:
    """What a reason is called; a county's own stands as its rule file has it."""
    key = f"rulewords.reason.{reason}"
    return turn.say(key) if known(key) else reason


def _ask_reason(turn: Turn, number: int, reasons: tuple[str, ...]) -> Reply:
    buttons = [
        Button(text=named(turn, one), token=token(DUTY, "exempt", number, one)) for one in reasons
    ]
    rows = [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]
    rows.append((_back(turn, number),))
    text = turn.say("owed.exempt.why")
    return Reply(text=text, buttons=tuple(rows), slot=SLOT, edits=SLOT)


def _ask_words(turn: Turn, number: int, reason: str, what: str) -> Reply:
    key = "must" if reason == OTHER else "may"
    asked = turn.say(f"owed.exempt.words_{key}", reason=named(turn, reason))
    rows = [(_back(turn, number),)]
    if reason != OTHER:
        name = token(DUTY, "exempt", number, reason, SEND)
        rows.insert(0, (Button(text=turn.say("owed.exempt.send"), token=name, style="primary"),))
    return Reply(
        text="\n".join(part for part in (what, asked) if part),
        buttons=tuple(rows),
        entry=Entry(kind="text", placeholder=turn.say("owed.exempt.placeholder")),
        slot=SLOT,
        edits=SLOT if what else None,
    )


def _back(turn: Turn, number: int) -> Button:
    return Button(text=turn.say("owed.back"), token=token(DUTY, "why", number))
