"""Filling in a form: one question after the other, each answer on disk before the next is asked."""

from __future__ import annotations

from typing import assert_never

from core.messages import Reply, Tap
from forms import (
    Accepted,
    Done,
    Interview,
    Kind,
    Media,
    Prompt,
    Rejected,
    RepeatPrompt,
    Summary,
)
from handlers import alerts, answers, questions, showing
from handlers.interviews import Session, open_session
from handlers.states import Filling, Idle
from handlers.tokens import QUESTION, parse
from handlers.turn import Replies, Turn


async def handle(turn: Turn, state: Filling) -> Replies:
    """Whatever a person does while a question is open."""
    session = await open_session(turn, state.interview)
    if session is None:
        turn.state = Idle()
        return [Reply(text=turn.say("chat.interview.gone"))]
    if session.stored.conversation_id != turn.chat.id:
        return await _take_over(turn, session)
    current = session.iv.current()
    if isinstance(current, Summary | Done):
        return await showing.show(turn, session)
    if isinstance(turn.event, Tap) and not _fresh(turn.event, state, current):
        return await showing.show(turn, session, lead=turn.say("chat.stale"), again=state)
    if isinstance(current, RepeatPrompt):
        return await _on_repeat(turn, session, current, state)
    return await _on_prompt(turn, session, current, state)


async def _take_over(turn: Turn, session: Session) -> Replies:
    """The person went on in another chat of theirs: what they see here may not be what is asked
    now, so it is asked here before anything counts as an answer."""
    lead = turn.say("chat.resumed", form=session.shelved.title(turn.language))
    closed = Reply(text=lead, edits=questions.slot(session.stored.id))
    return [closed, *await showing.show(turn, session, lead=lead)]


def _fresh(tap: Tap, state: Filling, current: Prompt | RepeatPrompt) -> bool:
    token = parse(tap.token)
    mine = token.area == QUESTION and token.word(0) == state.interview
    return mine and token.number(1) == current.rev


# --- a question ----------------------------------------------------------------------------------


async def _on_prompt(turn: Turn, session: Session, prompt: Prompt, state: Filling) -> Replies:
    meaning = answers.of_event(turn.event, prompt, session.iv, state, turn.now)
    match meaning:
        case answers.Reject(key=key):
            return await showing.show(turn, session, lead=turn.say(key), again=state)
        case answers.Change(state=changed):
            turn.state = changed
            return [_redraw(turn, session, prompt, changed)]
        case answers.Move(to="back"):
            return await _back(turn, session, prompt)
        case answers.Move():
            result = session.iv.skip(prompt.rev)
        case answers.Give(raw=raw):
            result = session.iv.answer(raw, prompt.rev)
        case answers.GiveFile():
            result = session.iv.answer(await _keep_file(turn, meaning), prompt.rev)
        case _:
            assert_never(meaning)
    if isinstance(result, Rejected):
        lead = result.message or turn.say(f"chat.rejected.{result.reason}")
        return await showing.show(turn, session, lead=lead, again=state)
    return await _accepted(turn, session, prompt, result)


async def _accepted(turn: Turn, session: Session, prompt: Prompt, result: Accepted) -> Replies:
    record = questions.settled(prompt, result.shown, showing.asking(turn, session))
    raised = await alerts.check(turn, session)
    return [record, *raised, *await showing.show(turn, session, lead=_changes(turn, result))]


def _changes(turn: Turn, result: Accepted) -> str:
    """What became of other answers because of this one."""
    parts = []
    if result.cleared:
        parts.append(turn.say("chat.cleared", n=len(result.cleared)))
    if result.restored:
        parts.append(turn.say("chat.restored", n=len(result.restored)))
    return "\n".join(parts)


def _redraw(turn: Turn, session: Session, prompt: Prompt, state: Filling) -> Reply:
    """The open question with another widget: in place after a press, anew after typed words."""
    asking = showing.asking(turn, session, prompt, state)
    reply = questions.render(prompt, asking)
    if isinstance(turn.event, Tap):
        return reply.model_copy(update={"edits": reply.slot})
    return reply


async def _back(turn: Turn, session: Session, prompt: Prompt) -> Replies:
    closed = Reply(text=questions.label_of(prompt), edits=questions.slot(session.stored.id))
    to_asked(session.iv)
    session.answer_subject()
    return [closed, *await showing.show(turn, session)]


def to_asked(iv: Interview) -> None:
    """Go back to the nearest question that is really asked: notes are passed over."""
    here = iv.current()
    while True:
        there = iv.back()
        if not (isinstance(there, Prompt) and there.kind is Kind.NOTE) or there == here:
            return
        here = there


async def _keep_file(turn: Turn, given: answers.GiveFile) -> Media:
    file = given.file
    key = f"{turn.chat.channel}:{file.file_id}"
    if turn.content is not None:
        stored = await turn.uow.media.put(turn.content, file.name or "file", file.mime, key)
    else:  # the web chat has kept it already
        stored = await turn.uow.media.describe(file.file_id)
    return Media(
        name=f"{stored.id}{_suffix(stored.name, stored.mime)}",
        mime=stored.mime,
        sha256=stored.sha256,
        size=stored.size,
        file_id=stored.id,
    )


def _suffix(name: str, mime: str) -> str:
    if "." in name:
        return "." + name.rsplit(".", 1)[-1].lower()[:8]
    return {"image/jpeg": ".jpg", "image/png": ".png", "audio/ogg": ".ogg"}.get(mime, "")


# --- a repeat ------------------------------------------------------------------------------------


async def _on_repeat(turn: Turn, session: Session, prompt: RepeatPrompt, state: Filling) -> Replies:
    action = parse(turn.event.token).word(2) if isinstance(turn.event, Tap) else ""
    closed = Reply(text=questions.label_of(prompt), edits=questions.slot(session.stored.id))
    match action:
        case "+":
            session.iv.add_repeat(prompt.ref)
        case "-":
            session.iv.end_repeat(prompt.ref, prompt.rev)
        case "b":
            to_asked(session.iv)
        case _:
            return await showing.show(
                turn, session, lead=turn.say("chat.reject.choice"), again=state
            )
    return [closed, *await showing.show(turn, session)]
