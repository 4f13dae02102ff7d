"""What has changed since last time? The last values of a form, to be kept or gone through.

The author of a form names whose last values may be kept (`docs/forms.md`); of nothing else is the
last value offered. Whoever does not press a button fills the form in from the start.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from core.messages import Button, Reply
from forms import Prompt, RepeatLine, RepeatPrompt, SummaryLine
from handlers import questions, showing, window_words
from handlers.interviews import Session, environment, open_session
from handlers.markup import authored, literal
from handlers.states import Filling
from handlers.tokens import RECALL, Token, token
from handlers.turn import Replies, Turn
from handlers.visits import find

if TYPE_CHECKING:  # the engine is loaded by the first form that is opened
    from forms import SummaryPart

SLOT: Final = "recall"
_LINES: Final = 8
_ROW: Final = re.compile(r"\[[^]]*\]")


async def offer(turn: Turn, session: Session) -> Replies:
    """What was said last time, with the ways to keep it; nothing if there is nothing to keep."""
    answers = await _last(turn, session)
    if answers is None:
        return []
    kept = _kept(turn, session, answers)
    if not kept:
        return []
    day = find(answers, "visit_date")
    today = turn.today
    named = window_words.day(date.fromisoformat(day[:10]), today, turn.language) if day else "—"
    lines = [
        turn.say("owed.recall.offer", day=named),
        *(_line(turn, session, one) for one in kept[:_LINES]),
    ]
    if len(kept) > _LINES:
        lines.append(turn.say("owed.recall.more", n=len(kept)))
    rows = [
        (Button(text=turn.say(f"owed.recall.{way}"), token=token(RECALL, session.stored.id, way)),)
        for way in ("keep", "look")
    ]
    return [Reply(text="\n".join(lines), buttons=tuple(rows), slot=SLOT)]


async def pressed(turn: Turn, pressed: Token) -> Replies:
    """Keep all of it, or go through it question by question."""
    way, interview = pressed.word(1), pressed.word(0)
    open_here = isinstance(turn.state, Filling) and turn.state.interview == interview
    session = await open_session(turn, interview) if open_here else None
    answers = await _last(turn, session) if session is not None else None
    if session is None or answers is None or way not in ("keep", "look"):
        return _closed(turn.say("owed.recall.nothing"))
    asked, state = session.iv.current(), turn.state
    assert isinstance(state, Filling)
    names = _names(session)
    n = session.iv.recall(answers, names, answered=way == "keep")
    key = "nothing" if not n else {"keep": "kept", "look": "looked"}[way]
    await turn.uow.record("recall", f"{session.form.form_id}:{way}:{n}")
    older = [questions.closed(asked, state)] if isinstance(asked, Prompt | RepeatPrompt) else []
    told = turn.say(f"owed.recall.{key}", n=n)
    return [*_closed(told), *older, *await showing.show(turn, session)]


def _closed(text: str) -> Replies:
    return [Reply(text=text, edits=SLOT)]


def _names(session: Session) -> frozenset[str]:
    from forms.recall import kept_names

    return kept_names(session.form)


async def _last(turn: Turn, session: Session) -> Mapping[str, Any] | None:
    """The answers of the last record of this form for this subject; None if there is none, if its
    author lets nothing be kept, or if the record itself is being corrected."""
    stored = session.stored
    if stored.subject_id is None or stored.corrects or not _names(session):
        return None
    return await turn.uow.submissions.previous(
        session.form.form_id, stored.subject_kind, stored.subject_id
    )


def _kept(turn: Turn, session: Session, answers: Mapping[str, Any]) -> list[SummaryPart]:
    """What would be kept, as a review of the last record shows it; rows of a repeat as one."""
    from forms import Interview

    form, names = session.form, _names(session)
    language = session.iv.language
    before = Interview.start(form, environment(turn), language, instances=session.stored.facts)
    before.recall(answers, {form.elements[0].name}, answered=True)
    return [
        one
        for one in before.summary().lines
        if names & set(_ROW.sub("", one.ref).split("/"))
        and ((isinstance(one, SummaryLine) and one.value and not one.depth) or _is_rows(one))
    ]


def _is_rows(one: SummaryPart) -> bool:
    return isinstance(one, RepeatLine) and bool(one.rows) and not one.depth


def _line(turn: Turn, session: Session, one: SummaryPart) -> str:
    if isinstance(one, RepeatLine):
        value = str(len(one.rows))
    else:
        assert isinstance(one, SummaryLine)
        value = session.spoken(one.ref, one.value, one.shown, turn.language)
    label = authored(one.label) or one.ref.rsplit("/", 1)[-1]
    return turn.say("owed.recall.line", label=label, value=literal(value))
