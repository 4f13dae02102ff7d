"""Moving an interview under way to the newer version of its form, if the person wants to.

A running interview stays on its version. What found no place in the new one, and what its rules
refuse, is told by its label, so that nothing goes silently.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from core.messages import Button, Reply
from handlers import menu, showing
from handlers.interviews import Session, environment, open_session
from handlers.tokens import UPGRADE, token
from handlers.turn import Replies, Turn

if TYPE_CHECKING:  # the engine is loaded by the first form that is opened
    from forms import Form

SLOT: Final = "upgrade"
_LISTED: Final = 10
_ROW: Final = re.compile(r"\[[^]]*\]")


async def offer(turn: Turn, session: Session) -> Replies:
    """Says that there is a newer version; nothing if there is none. A correction stays on the
    version of the record that it replaces."""
    newer = await turn.uow.forms.published(session.form.form_id)
    if newer is None or newer.sha256 == session.form.sha256 or session.stored.corrects:
        return []
    button = Button(text=turn.say("chat.button.upgrade"), token=token(UPGRADE, session.stored.id))
    text = turn.say("chat.upgrade.offer", form=await session.title(turn))
    return [Reply(text=text, buttons=((button,),), slot=SLOT)]


async def upgrade(turn: Turn, interview: str) -> Replies:
    """Move the interview and go on at the first place that needs the person."""
    session = await open_session(turn, interview)
    newer = await turn.uow.forms.published(session.form.form_id) if session else None
    if session is None or newer is None:
        return await menu.show(turn, turn.say("chat.interview.gone"))
    if newer.sha256 == session.form.sha256 or session.stored.corrects:
        return await showing.show(turn, session)
    old = session.form
    shelved = await turn.house.shelf.get(turn.uow, newer.sha256)
    stored = session.stored
    from forms.migrate import migrate

    moved = migrate(stored.state, old, shelved.form, environment(turn), stored.facts)
    stored.form_sha256 = newer.sha256
    await turn.uow.record("upgrade", f"{newer.form_id}:{newer.version}")
    parts = [turn.say("chat.upgrade.done")]
    if moved.dropped:
        names = _labels(old, moved.dropped, session.iv.language)
        parts.append(turn.say("chat.upgrade.dropped", n=len(moved.dropped), names=names))
    if moved.invalid:
        refs = [problem.ref for problem in moved.invalid]
        names = _labels(shelved.form, refs, moved.interview.language)
        parts.append(turn.say("chat.upgrade.invalid", n=len(refs), names=names))
    taken_up = Session(stored, moved.interview, shelved)
    closed = Reply(text=turn.say("chat.upgrade.done"), edits=SLOT)
    return [closed, *await showing.show(turn, taken_up, lead="\n".join(parts))]


def _labels(form: Form, refs: Iterable[str], language: str) -> str:
    """The first questions among `refs` by their labels, a line each."""
    lines = []
    for ref in dict.fromkeys(_ROW.sub("", one) for one in refs):
        question = form.question(ref)
        label = form.words(question.label, language) if question else ""
        lines.append(f"- {label or ref.rsplit('/', 1)[-1]}")
    more = ["- …"] if len(lines) > _LISTED else []
    return "\n".join(lines[:_LISTED] + more)
