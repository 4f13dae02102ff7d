"""The visitor as the conversations know them: what is decided here is decided as in the chat."""

from __future__ import annotations

from bot.office.office import Desk
from bot.office.visit import CHANNEL, Visit
from core.messages import Command, Inbound
from handlers.turn import Turn
from storage.unit import UnitOfWork


async def turn_of(desk: Desk, visit: Visit, uow: UnitOfWork) -> Turn:
    """A turn of the visitor's own web chat, as if they had pressed a button there."""
    chat = await uow.conversations.load(CHANNEL, visit.code, visit.language)
    event = Command(name="office")
    inbound = Inbound(channel=CHANNEL, address=visit.code, key="office", event=event)
    return Turn(desk.house, uow, chat, inbound)
