"""A message that somebody changed after it was sent.

If its words were the last answer of the open interview, the changed words take their place. A
message further back changes nothing: what depends on it was asked and answered since.
"""

from __future__ import annotations

from core.messages import Edited, Text
from forms import Accepted, Current, Prompt, RepeatPrompt
from handlers import alerts, answers, places, questions, showing, welcome
from handlers.interviews import Session, open_session
from handlers.markup import literal
from handlers.states import Filling, Reviewing, Said, State
from handlers.turn import Replies, Turn


def remember(turn: Turn, ref: str) -> None:
    """Keep in mind which message was the answer to `ref`, until the next one is given."""
    message = turn.event.message if isinstance(turn.event, Edited) else turn.inbound.message
    typed = isinstance(turn.event, Text | Edited)
    if isinstance(turn.state, Filling | Reviewing) and message and typed:
        said = Said(message=message, ref=ref)
        turn.state = turn.state.model_copy(update={"said": said})


async def handle(turn: Turn, edited: Edited) -> Replies:
    """Correct the last answer, or say that this changes nothing."""
    state = turn.state
    session = await _answered_by(turn, edited.message)
    if session is not None and isinstance(state, Filling | Reviewing) and state.said:
        return await _correct(turn, session, state, state.said, edited)
    return await welcome.again(turn, turn.say("chat.reject.edited"))


async def withdraw(turn: Turn, words: str) -> Replies:
    """The message holds now what may not be kept: if it was the last answer, that is taken back,
    for it was an attempt at the same, and its question is asked again."""
    session = await _answered_by(turn, turn.inbound.message)
    said = turn.state.said if isinstance(turn.state, Filling | Reviewing) else None
    if session is None or said is None:
        return await welcome.again(turn, words)
    before = session.iv.current()
    prompt = session.iv.goto(said.ref)
    if not isinstance(prompt, Prompt) or prompt.ref != said.ref:
        return await welcome.again(turn, words)
    session.iv.clear()
    lead = turn.say("messenger.edited.withdrawn", label=questions.label_of(prompt))
    return [
        *_closed(turn.state, before),
        *await showing.show(turn, session, lead=f"{words}\n\n{lead}"),
    ]


async def _answered_by(turn: Turn, message: str | None) -> Session | None:
    """The open interview, if its last answer was given by `message`."""
    state = turn.state
    if not isinstance(state, Filling | Reviewing) or state.said is None:
        return None
    if state.said.message != message:
        return None
    session = await open_session(turn, state.interview)
    mine = session is not None and session.stored.conversation_id == turn.chat.id
    return session if mine else None


async def _correct(
    turn: Turn, session: Session, state: Filling | Reviewing, said: Said, edited: Edited
) -> Replies:
    before = session.iv.current()
    prompt = session.iv.goto(said.ref)
    if not isinstance(prompt, Prompt) or prompt.ref != said.ref:
        return await welcome.again(turn, turn.say("chat.reject.edited"))
    result = _answer(turn, session, prompt, edited.text)
    if not isinstance(result, Accepted):
        # The interview as it is stored still stands where it stood; only ours has moved.
        words = turn.say(
            "messenger.edited.refused", label=questions.label_of(prompt), reason=result
        )
        return await welcome.again(turn, words.strip())
    said_now = session.spoken(prompt.ref, result.value, result.shown, turn.language)
    value = literal(said_now) or "—"
    lead = turn.say("messenger.edited.done", label=questions.label_of(prompt), value=value)
    raised = await alerts.check(turn, session)
    now = session.iv.current()
    again = state if isinstance(state, Filling) and _same(before, now) else None
    closed = _closed(state, before) if again is None else []
    replies = [*closed, *raised, *await showing.show(turn, session, lead=lead, again=again)]
    remember(turn, said.ref)
    return replies


def _closed(state: State, before: Current) -> Replies:
    """The question that was open, without its buttons."""
    if isinstance(state, Filling) and isinstance(before, Prompt | RepeatPrompt):
        return [questions.closed(before, state)]
    return []


def _answer(turn: Turn, session: Session, prompt: Prompt, words: str) -> Accepted | str:
    """The changed words as an answer, or why they are none, in the person's language."""
    blank = Filling(interview=session.stored.id)
    meaning = answers.of_event(Text(text=words), prompt, session.iv, blank, turn.now)
    match meaning:
        case answers.Give(raw=raw):
            result = session.iv.answer(raw, prompt.rev)
        case answers.GivePlace(place=place):
            result = session.iv.answer(places.point(place), prompt.rev)
        case answers.Reject(key=key):
            return turn.say(key)
        case _:
            return ""
    if isinstance(result, Accepted):
        return result
    return result.message or turn.say(f"chat.rejected.{result.reason}")


def _same(before: Current, now: Current) -> bool:
    """Whether the same is asked as before."""
    if isinstance(before, Prompt) and isinstance(now, Prompt):
        return before.ref == now.ref
    if isinstance(before, RepeatPrompt) and isinstance(now, RepeatPrompt):
        return (before.ref, before.count) == (now.ref, now.count)
    return False
