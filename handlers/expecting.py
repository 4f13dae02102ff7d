"""Which numbers that nobody else may send are an answer to the open question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from core.sensitive import Kind
from forms import Kind as QuestionKind
from forms import Prompt
from handlers.interviews import open_session
from handlers.states import Filling, State
from handlers.turn import Turn

_NAMED: Final[Mapping[Kind, re.Pattern[str]]] = {
    "phone": re.compile(r"电话|手机|联系方式|phone|mobile|\btel\b", re.IGNORECASE),
    "id_number": re.compile(r"身份证|证件号|identity|\bid[ _-]?(?:number|card|no)", re.IGNORECASE),
    "bank_card": re.compile(r"银行|卡号|账号|帐号|bank|\bcard\b|account", re.IGNORECASE),
}
_SERIAL: Final = re.compile(r"编号|条码|编码|档案号|\bserial\b|\bcode\b|barcode", re.IGNORECASE)
_TYPED: Final = frozenset(
    {QuestionKind.TEXT, QuestionKind.INTEGER, QuestionKind.DECIMAL, QuestionKind.BARCODE}
)


async def taken(turn: Turn, state: State) -> frozenset[Kind]:
    """What may stand in an answer to what is open now."""
    open_here = turn.house.shows_amounts(turn.chat.channel)
    if not isinstance(state, Filling):
        return state.takes if open_here else frozenset()
    session = await open_session(turn, state.interview)
    prompt = session.iv.current() if session else None
    if not isinstance(prompt, Prompt) or prompt.kind not in _TYPED:
        return frozenset()
    return expected(prompt, open_here)


def expected(prompt: Prompt, open_here: bool) -> frozenset[Kind]:
    """What the open question takes. A serial number only looks like a card or a telephone."""
    words = f"{prompt.ref.rsplit('/', 1)[-1]} {prompt.label}".replace("_", " ")
    asked = {kind for kind, named in _NAMED.items() if open_here and named.search(words)}
    if prompt.kind is QuestionKind.BARCODE or _SERIAL.search(words):
        asked |= {"bank_card", "phone"}
    return frozenset(asked)
