"""Filling in a form: one question after the other, each answer on disk before the next is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from core.messages import Reply, Tap
from forms import (
    Accepted,
    Done,
    Effects,
    Kind,
    Prompt,
    Rejected,
    RepeatPrompt,
    Summary,
)
from handlers import answers, barcodes, edited, places, questions, showing, uploads
from handlers.asking import slot
from handlers.effects import told
from handlers.interviews import Session, open_session
from handlers.states import Filling, Idle
from handlers.tokens import QUESTION, parse
from handlers.turn import Replies, Turn

if TYPE_CHECKING:  # the engine is loaded by the first form that is opened
    from forms import Interview


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
    lead = turn.say("chat.resumed", form=await session.title(turn))
    closed = Reply(text=lead, edits=slot(session.stored.id))
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
            return [_redraw(turn, session, prompt, changed)]
        case answers.Move(to="back"):
            return await _back(turn, session, prompt, state)
        case answers.Move():
            result = session.iv.skip(prompt.rev)
        case answers.Give(raw=raw):
            result = session.iv.answer(raw, prompt.rev)
        case answers.GivePlace(place=place):
            result = session.iv.answer(places.point(place), prompt.rev)
        case answers.GiveFile(file=file):
            kept = await uploads.keep(turn, file, prompt.kind)
            if isinstance(kept, str):
                return await showing.show(turn, session, lead=turn.say(kept), again=state)
            result = session.iv.answer(kept, prompt.rev)
        case answers.GiveCode(file=file):
            code = await barcodes.read(await uploads.content(turn, file))
            if code is None:
                lead = turn.say("chat.reject.barcode")
                return await showing.show(turn, session, lead=lead, again=state)
            result = session.iv.answer(code, prompt.rev)
        case _:
            assert_never(meaning)
    if isinstance(result, Rejected):
        lead = result.message or turn.say(f"chat.rejected.{result.reason}")
        return await showing.show(turn, session, lead=lead, again=state)
    asking = showing.asking(turn, session, state=state)
    record = questions.settled(prompt, result.value, result.shown, asking)
    lead = _remarks(turn, prompt, meaning, result)
    replies = [record, *await showing.show(turn, session, lead=lead)]
    edited.remember(turn, prompt.ref)
    return replies


def _remarks(turn: Turn, prompt: Prompt, meaning: answers.Meaning, result: Accepted) -> str:
    """What became of other answers because of this one, and a place that is known too roughly."""
    parts = []
    if isinstance(meaning, answers.GivePlace):
        wanted = places.too_rough(meaning.place, prompt.parameters)
        if wanted is not None:
            found = round(meaning.place.accuracy)
            parts.append(turn.say("chat.rough", n=found, wanted=f"{wanted:g}"))
    return "\n".join(filter(None, (*parts, told(turn, result))))


def _redraw(turn: Turn, session: Session, prompt: Prompt, state: Filling) -> Reply:
    """The open question with another widget: in place after a press, anew after typed words."""
    pressed = isinstance(turn.event, Tap)
    if not pressed:  # what stood beside the question stays in the older message
        state = state.model_copy(update={"notes": "", "pictures": ()})
    turn.state = state
    reply = questions.render(prompt, showing.asking(turn, session, prompt, state))
    return reply.model_copy(update={"edits": reply.slot}) if pressed else reply


async def _back(turn: Turn, session: Session, prompt: Prompt, state: Filling) -> Replies:
    closed = questions.closed(prompt, state)
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


# --- a repeat ------------------------------------------------------------------------------------


async def _on_repeat(turn: Turn, session: Session, prompt: RepeatPrompt, state: Filling) -> Replies:
    action = parse(turn.event.token).word(2) if isinstance(turn.event, Tap) else ""
    closed = questions.closed(prompt, state)
    done = Effects()
    match action:
        case "+":
            done = session.iv.add_repeat(prompt.ref)
        case "-":
            session.iv.end_repeat(prompt.ref, prompt.rev)
        case "b":
            to_asked(session.iv)
        case _:
            return await showing.show(
                turn, session, lead=turn.say("chat.reject.choice"), again=state
            )
    return [closed, *await showing.show(turn, session, lead=told(turn, done))]
