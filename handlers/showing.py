"""Showing where an interview stands: notes, then the question, the row to add, or the review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.messages import Picture
from forms import ChoicePage, Done, Kind, Prompt, RepeatPrompt, Summary
from handlers import alerts, pictures, questions, review_page
from handlers.asking import Asking
from handlers.entries import wanted
from handlers.interviews import Session
from handlers.markup import authored, strong
from handlers.states import Filling, Reviewing
from handlers.turn import Replies, Turn
from handlers.widgets import PAGE

if TYPE_CHECKING:  # the engine is loaded by the first form that is opened
    from forms import Interview


async def show(
    turn: Turn, session: Session, *, lead: str = "", again: Filling | None = None
) -> Replies:
    """Ask what is to be asked now, keep the interview, and set the state to match.

    `again` is the widget's state where the same question is asked once more.
    """
    notes: list[str] = []
    shown: list[Picture] = []
    current = session.iv.current()
    while isinstance(current, Prompt) and current.kind is Kind.NOTE:
        notes.extend(_note(turn, session, current))
        shown.extend(pictures.of_label(current, session.shelved.files))
        session.iv.skip(current.rev)
        current = session.iv.current()
    raised = await alerts.check(turn, session)
    await session.keep(turn)
    if isinstance(current, Summary | Done):
        turn.state = Reviewing(interview=session.stored.id)
        lead = "\n\n".join([lead, *notes] if lead else notes)
        page = await review_page.render(turn, session, turn.state, lead, tuple(shown))
        return [*raised, *page]
    replies: Replies = raised
    if again is None:
        state = Filling(interview=session.stored.id, notes="\n\n".join(notes))
        state = _with(state, pictures=(*shown, *_pictures(session, current)))
    else:  # the older copy of the question loses its buttons, and keeps what stood beside it
        replies.append(questions.closed(current, again))
        state = _with(again, notes="", pictures=())
    turn.state = state = _state_for(current, state)
    if isinstance(current, RepeatPrompt):
        look = asking(turn, session, None, state)
        return [*replies, questions.render_repeat(current, look, lead)]
    return [*replies, questions.render(current, asking(turn, session, current, state), lead)]


def _pictures(session: Session, prompt: Prompt | RepeatPrompt) -> tuple[Picture, ...]:
    """What is shown with a question: its label's pictures and sounds, then those of its choices."""
    if isinstance(prompt, RepeatPrompt):
        return ()
    files = session.shelved.files
    of_choices = pictures.of_choices(prompt, session.iv, files)
    return (*pictures.of_label(prompt, files), *of_choices)


def _note(turn: Turn, session: Session, note: Prompt) -> list[str]:
    """A note, or a question that can only be read: groups entered, words, the answer it holds."""
    said = session.spoken(note.ref, note.value, note.shown, turn.language)
    words = [*map(authored, (note.label, note.hint, note.guidance)), strong(said) if said else ""]
    return [*questions.headings(note), *(["\n".join(filter(None, words))] if any(words) else [])]


def _state_for(current: Prompt | RepeatPrompt, state: Filling) -> Filling:
    """`state` with what the widget of `current` begins with."""
    if isinstance(current, RepeatPrompt):
        return state
    picked = state.picked
    if picked is None and current.kind in (Kind.SELECT_MULTIPLE, Kind.RANK):
        picked = tuple(current.value.split())
    return _with(state, picked=picked, wants=wanted(current))


def _with(state: Filling, **changes: object) -> Filling:
    return state.model_copy(update=changes)


def asking(
    turn: Turn, session: Session, prompt: Prompt | None = None, state: Filling | None = None
) -> Asking:
    state = state or Filling(interview=session.stored.id)
    return Asking(
        interview=session.stored.id,
        language=turn.language,
        today=turn.today,
        state=state,
        choices=_choices(session.iv, prompt, state) if prompt else None,
        answered=1 if session.subject_answered else 0,
    )


def _choices(iv: Interview, prompt: Prompt, state: Filling) -> ChoicePage | None:
    if prompt.kind not in (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE, Kind.RANK):
        return None
    return iv.choices(prompt.ref, query=state.query, page=state.page, size=PAGE)
