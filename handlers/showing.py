"""Showing where an interview stands: notes, then the question, the row to add, or the review."""

from __future__ import annotations

from core.messages import Reply
from forms import ChoicePage, Done, Interview, Kind, Prompt, RepeatPrompt, Summary
from handlers import questions, review_page
from handlers.interviews import Session
from handlers.questions import MEDIA, PAGE, Asking
from handlers.states import Filling, Reviewing
from handlers.turn import Replies, Turn


async def show(
    turn: Turn, session: Session, *, lead: str = "", again: Filling | None = None
) -> Replies:
    """Ask what is to be asked now, keep the interview, and set the state to match.

    `again` is the widget's state where the same question is asked once more.
    """
    notes = [lead] if lead else []
    current = session.iv.current()
    while isinstance(current, Prompt) and current.kind is Kind.NOTE:
        notes.extend(f"— {title.strip()} —" for title in current.entered if title.strip())
        notes.append("\n".join(part for part in (current.label, current.hint) if part))
        session.iv.skip(current.rev)
        current = session.iv.current()
    await session.keep(turn)
    lead = "\n\n".join(notes)
    if isinstance(current, Summary | Done):
        turn.state = Reviewing(interview=session.stored.id)
        return review_page.render(turn, session, turn.state, lead)
    replies: Replies = []
    if again is not None:  # the older copy of the question loses its buttons
        replies.append(
            Reply(text=questions.label_of(current), edits=questions.slot(session.stored.id))
        )
    turn.state = _state_for(session, current, again)
    if isinstance(current, RepeatPrompt):
        return [
            *replies,
            questions.render_repeat(current, asking(turn, session, None, turn.state), lead),
        ]
    return [*replies, questions.render(current, asking(turn, session, current, turn.state), lead)]


def _state_for(session: Session, current: Prompt | RepeatPrompt, again: Filling | None) -> Filling:
    state = again or Filling(interview=session.stored.id)
    if isinstance(current, RepeatPrompt):
        return state
    picked = state.picked
    if picked is None and current.kind in (Kind.SELECT_MULTIPLE, Kind.RANK):
        picked = tuple(current.value.split())
    wants = MEDIA.get(current.kind, "")
    return state.model_copy(update={"picked": picked, "wants": wants})


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
    if prompt.kind is Kind.RANK:
        return iv.choices(prompt.ref, size=max(prompt.choices_total, 1))
    if prompt.kind not in (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE):
        return None
    return iv.choices(prompt.ref, query=state.query, page=state.page, size=PAGE)
