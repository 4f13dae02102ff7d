"""The review before submission: every answer, each with a button that leads to it."""

from __future__ import annotations

from typing import assert_never

from core.messages import Reply, Tap
from forms import RepeatLine, RowLine, SummaryLine, SummaryPart
from handlers import alerts, showing, submitting
from handlers.effects import told
from handlers.interviews import Session, open_session
from handlers.review_page import ask_to_remove, closed, render
from handlers.states import Filling, Idle, Reviewing
from handlers.tokens import REVIEW, Token, parse
from handlers.turn import Replies, Turn


async def handle(turn: Turn, state: Reviewing) -> Replies:
    """Whatever a person does at the review."""
    session = await open_session(turn, state.interview)
    if session is None:
        turn.state = Idle()
        return [Reply(text=turn.say("chat.interview.gone"))]
    if not isinstance(turn.event, Tap):
        return await render(turn, session, state, turn.say("chat.review.use_buttons"))
    pressed = parse(turn.event.token)
    mine = pressed.area == REVIEW and pressed.word(0) == state.interview
    if not mine or pressed.number(1) != session.iv.rev:
        return await render(turn, session, state, turn.say("chat.stale"))
    return await _pressed(turn, session, state, pressed)


async def _pressed(turn: Turn, session: Session, state: Reviewing, pressed: Token) -> Replies:
    summary = session.iv.summary()
    index = pressed.number(3)
    match pressed.word(2):
        case "page":
            turn.state = state.model_copy(update={"page": max(index, 0)})
            return await render(turn, session, turn.state, edit=True)
        case "submit":
            return await submitting.submit(turn, session)
        case "edit" if 0 <= index < len(summary.lines):
            return await _edit(turn, session, summary.lines[index], index)
        case "remove" if 0 <= index < len(summary.lines):
            return await _remove(turn, session, state, summary.lines[index].ref)
        case _:
            return await render(turn, session, state, turn.say("chat.stale"))


async def _remove(turn: Turn, session: Session, state: Reviewing, row: str) -> Replies:
    done = session.iv.remove_repeat(row)
    raised = await alerts.check(turn, session)
    await session.keep(turn)
    return [*raised, *await render(turn, session, state, told(turn, done), edit=True)]


async def _edit(turn: Turn, session: Session, line: SummaryPart, index: int) -> Replies:
    lead = ""
    match line:
        case SummaryLine():
            session.iv.goto(line.ref)
        case RepeatLine():
            lead = told(turn, session.iv.add_repeat(line.ref))
        case RowLine():
            return [ask_to_remove(turn, session, line, index)]
        case _:
            assert_never(line)
    turn.state = Filling(interview=session.stored.id)
    return [closed(turn), *await showing.show(turn, session, lead=lead)]
