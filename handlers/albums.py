"""Photos that were sent together: messengers hand them over one by one, in steps of their own.

A question takes one photo. So the first of an album is handled like any photo, and the others get
one kind word between them and never count as the answer to whatever is asked by then.
"""

from __future__ import annotations

from core.messages import Inbound
from handlers import welcome
from handlers.states import Filling
from handlers.turn import Replies, Turn
from storage.conversations import Conversation
from storage.unit import UnitOfWork


async def is_first(turn: Turn) -> bool:
    """Whether this is the first piece of its album here, or no piece of any."""
    if turn.inbound.album is None:
        return True
    first = await _claim(turn, "first")
    wanted = isinstance(turn.state, Filling) and turn.state.wants
    if first and not wanted:
        await _claim(turn, "told")  # a word about it is said to the first piece already
    return first


async def rest(turn: Turn) -> Replies:
    """What is said to a later piece."""
    if not await _claim(turn, "told"):
        return []
    return await welcome.again(turn, turn.say("messenger.album"))


async def went_on(uow: UnitOfWork, chat: Conversation, inbound: Inbound) -> bool:
    """Whether another piece of the album of `inbound` was handled before it."""
    if inbound.album is None:
        return False
    return await uow.inbox.handled(inbound.channel, _key(chat, inbound, "first"))


async def _claim(turn: Turn, what: str) -> bool:
    """True once for an album, whatever is sent twice or goes wrong in between."""
    return await turn.uow.inbox.claim(turn.inbound.channel, _key(turn.chat, turn.inbound, what))


def _key(chat: Conversation, inbound: Inbound, what: str) -> str:
    return f"album:{chat.id}:{inbound.album}:{what}"[:96]
