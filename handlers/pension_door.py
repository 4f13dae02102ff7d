"""The way into the talk about pensions, which loads it when somebody first wants it.

The rules take a tenth of a second to load; that is done beside the event loop, so nobody waits.
"""

from __future__ import annotations

import asyncio
import sys
import unicodedata
from typing import Final

from core.messages import Text
from handlers.states import Filling, Idle, Leaving, Pension, Reviewing
from handlers.tokens import PENSION, Token
from handlers.turn import House, Replies, Turn

_WORDS: Final = ("养老", "社保", "pension")
_LONGEST: Final = 20  # characters: a whole story is no request
_AT_WORK: Final = (Filling, Reviewing, Leaving)


async def take(turn: Turn, token: Token | None) -> Replies | None:
    """What belongs to this talk, which is open to everybody at any time but in the middle of a
    form: its buttons, words typed while it goes on, and words that ask for it. None for others."""
    if isinstance(turn.state, _AT_WORK):
        return None
    if token:
        return await _pressed(turn, token) if token.area == PENSION else None
    if not isinstance(turn.event, Text):
        return None
    if isinstance(turn.state, Pension):
        return await handle(turn, turn.state)
    if isinstance(turn.state, Idle) and _asks_for_it(turn.event.text):
        return await enter(turn)
    return None


async def enter(turn: Turn) -> Replies:
    """The first page."""
    await _ready(turn.house)
    from handlers import pension_talk

    return await pension_talk.open_(turn)


async def handle(turn: Turn, state: Pension) -> Replies:
    """Whatever comes in while a page is open and is not one of its buttons."""
    await _ready(turn.house)
    from handlers import pension_talk

    return await pension_talk.handle(turn, state)


async def again(turn: Turn, state: Pension, lead: str = "") -> Replies:
    """The open page once more."""
    await _ready(turn.house)
    from handlers import pension_talk

    return await pension_talk.again(turn, state, lead)


def _asks_for_it(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    return len(plain) <= _LONGEST and any(word in plain for word in _WORDS)


async def _pressed(turn: Turn, token: Token) -> Replies:
    await _ready(turn.house)
    from handlers import pension_talk

    return await pension_talk.pressed(turn, token)


async def _ready(house: House) -> None:
    if "handlers.pension_talk" not in sys.modules:
        await asyncio.to_thread(_load, house)


def _load(house: House) -> None:
    house.pension()
    import handlers.pension_talk  # noqa: F401
