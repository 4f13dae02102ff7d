"""Numbers that nobody asked for are taken out of what comes in, before anything of it is kept.

The open question may ask for one, by its name or label; then it is an answer, if the deployment
lets such things through this channel (`House.open_on`). Everywhere else the event becomes `Other`
with what it held, and the step explains that (`say`).
"""

from __future__ import annotations

from typing import Final

from core.log import log
from core.messages import Command, Contact, Edited, Event, File, Inbound, Other, Text
from core.sensitive import Kind, find, hide
from handlers import states
from handlers.turn import House, Turn
from storage.database import Database
from storage.policy import SYSTEM

_WITHHELD: Final = "withheld."


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
                from handlers import expecting  # knows forms, which most inbounds do without

                return await expecting.taken(turn, state)
        except Exception as error:
            log.error("open question unknown", error=type(error).__name__)
            return frozenset()


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
