"""Numbers that nobody asked for are taken out of what comes in, before anything of it is kept.

The open question may ask for one, by its name or label; then it is an answer, if the deployment
lets such things through this channel (`House.open_on`). Everywhere else the event becomes `Other`
with what it held, and the step explains that (`say`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from core.log import log
from core.messages import Command, Contact, Edited, Event, File, Inbound, Other, Text
from core.sensitive import Kind, find, hide
from forms import Kind as QuestionKind
from forms import Prompt
from handlers import states
from handlers.interviews import open_session
from handlers.states import Filling, State
from handlers.turn import House, Turn
from storage.database import Database
from storage.policy import SYSTEM

_WITHHELD: Final = "withheld."

_NAMED: Final[Mapping[Kind, re.Pattern[str]]] = {
    "phone": re.compile(r"电话|手机|联系方式|phone|mobile|\btel\b", re.IGNORECASE),
    "id_number": re.compile(r"身份证|证件号|identity|\bid[ _-]?(?:number|card|no)", re.IGNORECASE),
    "bank_card": re.compile(r"银行|卡号|账号|帐号|bank|\bcard\b|account", re.IGNORECASE),
}
_SERIAL: Final = re.compile(r"编号|条码|编码|档案号|\bserial\b|\bcode\b|barcode", re.IGNORECASE)
_TYPED: Final = frozenset(
    {QuestionKind.TEXT, QuestionKind.INTEGER, QuestionKind.DECIMAL, QuestionKind.BARCODE}
)


class Screening:
    """Looks at every inbound. What holds no such number passes without a look at the database."""

    def __init__(self, database: Database, house: House) -> None:
        self._database = database
        self._house = house

    async def screen(self, inbound: Inbound) -> Inbound:
        """The inbound as it may be kept."""
        kinds = _kinds_in(inbound.event)
        if not kinds:
            return inbound
        withheld = kinds - await self._expected(inbound)
        if not withheld:
            return inbound
        return inbound.model_copy(update={"event": _without(inbound.event, sorted(withheld)[0])})

    async def _expected(self, inbound: Inbound) -> frozenset[Kind]:
        """What may stand in an answer here and now. Trouble in finding out means nothing may."""
        try:
            async with self._database.unit(SYSTEM, "screen", inbound.channel) as uow:
                chat = await uow.conversations.load(
                    inbound.channel, inbound.address, self._house.language
                )
                uow.become(chat.actor)
                state = states.load(chat.state)
                turn = Turn(self._house, uow, chat, inbound, state)
                return await _taken_by(turn, state)
        except Exception as error:
            log.error("open question unknown", error=type(error).__name__)
            return frozenset()


async def _taken_by(turn: Turn, state: State) -> frozenset[Kind]:
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


def _kinds_in(event: Event) -> set[Kind]:
    match event:
        case Text(text=text) | Edited(text=text) | Command(argument=text) | File(caption=text):
            return {one.kind for one in find(text)}
        case Contact(phone=phone) if phone:
            return {"phone"}
        case _:
            return set()


def _without(event: Event, kind: Kind) -> Event:
    match event:
        case File(caption=caption):
            return event.model_copy(update={"caption": hide(caption)})
        case _:
            return Other(what=_WITHHELD + kind)


def withheld(event: Event) -> str:
    """What was taken out of an event: ``id_number``, ``bank_card``, ``phone``; '' for nothing."""
    if isinstance(event, Other) and event.what.startswith(_WITHHELD):
        return event.what.removeprefix(_WITHHELD)
    return ""


def words(turn: Turn, kind: str) -> str:
    """What the person is told of it. The message goes from the chat too, where that can be."""
    turn.erase = True
    what = turn.say(f"trust.withheld.{kind}")
    key = "here" if turn.house.shows_amounts(turn.chat.channel) else "code_mode"
    return turn.say(f"trust.withheld.{key}", what=what)
