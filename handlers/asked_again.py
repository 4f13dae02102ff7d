"""Asks the open question again after something urgent came in the middle of an interview."""

from __future__ import annotations

from core.messages import Inbound, Other, Reply
from handlers import showing, states
from handlers.interviews import open_session
from handlers.states import Filling, Reviewing
from handlers.turn import House, Turn
from scheduler.intents import AGAIN
from storage.outbox import Parcel
from storage.unit import UnitOfWork


async def prepare(uow: UnitOfWork, parcel: Parcel, house: House) -> Reply | None:
    """Queues the open question once more, in place of the message that asked for it."""
    chat = await uow.conversations.load(parcel.channel, parcel.address, parcel.language)
    state = states.load(chat.state)
    if not isinstance(state, Filling | Reviewing):
        return None
    uow.become(chat.actor)
    inbound = Inbound(
        channel=chat.channel, address=chat.address, key=AGAIN, event=Other(what=AGAIN)
    )
    turn = Turn(house, uow, chat, inbound, state)
    session = await open_session(turn, state.interview)
    if session is None:
        return None
    again = state if isinstance(state, Filling) else None
    replies = await showing.show(turn, session, lead=turn.say("remind.again"), again=again)
    chat.state = states.dump(turn.state)
    await uow.conversations.save(chat)
    await uow.outbox.queue(chat.id, replies)
    return None
