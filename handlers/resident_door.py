"""What belongs to residents and those who act for them, at any time: proving who one is, consents,
requests. It goes before everything else, as strangers may do it too."""

from __future__ import annotations

from core.messages import Tap, Text
from handlers import (
    binding,
    handing_over,
    invitations,
    proxies,
    resident_requests,
    unbinding,
)
from handlers.states import Answering, Entrusting, Idle, Proving, Telling
from handlers.tokens import BIND, PROXY, REQUEST, Token
from handlers.turn import Replies, Turn
from storage.policy import Role


async def take(turn: Turn, token: Token | None) -> Replies | None:
    """The answer to what came in, or None where it is somebody else's business."""
    if token is not None:
        return await _pressed(turn, token)
    if isinstance(turn.state, Proving):
        return await binding.handle(turn, turn.state)
    if isinstance(turn.state, Entrusting):
        return await proxies.handle(turn, turn.state)
    if isinstance(turn.state, Telling):
        return await resident_requests.telling(turn, turn.state)
    if isinstance(turn.state, Answering):
        return await resident_requests.answering(turn, turn.state)
    if not isinstance(turn.event, Text) or turn.chat.account_id is not None:
        return None
    if turn.chat.actor.role is Role.NOBODY and invitations.is_code(turn.event.text):
        came = await invitations.use(turn, turn.event.text)
        return await binding.told(turn, came) if isinstance(came, str) else came
    return None


async def _pressed(turn: Turn, token: Token) -> Replies | None:
    assert isinstance(turn.event, Tap)
    if token.area == BIND and token.word(0) == "code":
        return await handing_over.pressed(turn, token)
    if token.area == BIND and token.word(0) in ("undo", "undone"):
        return await unbinding.pressed(turn, token)
    if token.area == BIND:
        return await binding.pressed(turn, token)
    if token.area == PROXY:
        return await proxies.pressed(turn, token)
    if token.area == REQUEST:
        return await resident_requests.pressed(turn, token)
    if isinstance(
        turn.state, Proving | Entrusting | Telling | Answering
    ):  # they went on to something else
        turn.state = Idle()
    return None
