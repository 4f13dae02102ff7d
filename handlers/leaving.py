"""Leaving a form before its end: keep it as a draft, drop it, or go on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from core.messages import Button, Entry, Reply, Tap
from handlers import menu
from handlers.states import Filling, Idle, Leaving, Reviewing
from handlers.tokens import LEAVE, parse, token
from handlers.turn import Replies, Turn
from storage.interviews import DROPPED, KEPT, OPEN

_SLOT: Final = "leave"
_ACTS: Final[Mapping[str, Literal["primary", "plain", "danger"]]] = {
    "stay": "primary",
    "keep": "plain",
    "drop": "danger",
}


async def ask(turn: Turn, interview: str, lead: str = "") -> Replies:
    """Ask what is to become of an open interview."""
    turn.state = Leaving(interview=interview)
    rows = tuple(
        (
            Button(
                text=turn.say(f"chat.button.{act}"), token=token(LEAVE, interview, act), style=style
            ),
        )
        for act, style in _ACTS.items()
    )
    text = "\n\n".join(part for part in (lead, turn.say("chat.leave.ask")) if part)
    return [Reply(text=text, buttons=rows, entry=Entry(kind="none"), slot=_SLOT)]


async def handle(turn: Turn, state: Leaving) -> Replies:
    """The answer to that."""
    pressed = parse(turn.event.token) if isinstance(turn.event, Tap) else None
    mine = pressed and pressed.area == LEAVE and pressed.word(0) == state.interview
    if not pressed or not mine or pressed.word(1) not in _ACTS:
        older = Reply(text=turn.say("chat.leave.ask"), edits=_SLOT)
        return [older, *await ask(turn, state.interview, turn.say("chat.reject.choice"))]
    from handlers import interviews, showing

    closed = Reply(text=turn.say(f"chat.leave.{pressed.word(1)}"), edits=_SLOT)
    session = await interviews.open_session(turn, state.interview)
    if session is None:
        return [closed, *await menu.show(turn)]
    if pressed.word(1) == "stay":
        return [closed, *await showing.show(turn, session)]
    session.stored.status = DROPPED if pressed.word(1) == "drop" else KEPT
    await session.keep(turn)
    if session.stored.status == DROPPED:
        await turn.uow.record("drop", session.stored.id)
    return [closed, *await menu.show(turn)]


async def resume(turn: Turn, interview: str) -> Replies:
    """Take a draft up again."""
    from handlers import interviews, showing, upgrading

    await set_aside(turn)
    session = await interviews.open_session(turn, interview)
    if session is None:
        return await menu.show(turn, turn.say("chat.interview.gone"))
    session.stored.status = OPEN
    lead = turn.say("chat.resumed", form=await session.title(turn))
    return [*await upgrading.offer(turn, session), *await showing.show(turn, session, lead=lead)]


async def set_aside(turn: Turn) -> None:
    """Keep the open interview, if there is one, as a draft."""
    if isinstance(turn.state, Filling | Reviewing | Leaving):
        stored = await turn.uow.interviews.get(turn.state.interview)
        if stored is not None and stored.status == OPEN:
            stored.status = KEPT
            await turn.uow.interviews.save(stored)
    turn.state = Idle()
