"""What a correction has changed, for whoever checks it: they know all the rest of the record."""

from __future__ import annotations

from typing import Final

from forms import Summary, SummaryLine
from handlers import interviews
from handlers.interviews import Session
from handlers.markup import authored, literal
from handlers.turn import Turn

MOST: Final = 6
"""So many changes are told; what stands below them is still to be read on a phone."""


async def changes(turn: Turn, session: Session, summary: Summary) -> list[str]:
    """The questions of a correction whose answers are no longer those of the record, what is not
    asked any more among them, both answers beside each other; nothing for what is no correction,
    or of a record that was not made here."""
    before = await _corrected(turn, session)
    if before is None:
        return []
    former, now = _answers(before.iv.summary()), _answers(summary)
    changed = [
        turn.say(
            "chat.review.change",
            label=authored(line.label) or ref.rsplit("/", 1)[-1],
            before=_words(turn, before, former.get(ref)),
            now=_words(turn, session, now.get(ref)),
        )
        for ref, line in (former | now).items()
        if _value(now.get(ref)) != _value(former.get(ref))
    ]
    if not changed:
        return []
    more = [turn.say("chat.review.more", n=len(changed) - MOST)] if len(changed) > MOST else []
    return [turn.say("chat.review.changed", n=len(changed)), *changed[:MOST], *more]


def _answers(summary: Summary) -> dict[str, SummaryLine]:
    return {one.ref: one for one in summary.lines if isinstance(one, SummaryLine)}


async def _corrected(turn: Turn, session: Session) -> Session | None:
    """The interview of the record that is corrected."""
    stored = session.stored
    if stored.corrects is None or stored.as_of is None:
        return None
    interview_id = await turn.uow.corrections.filled_in_by(stored.corrects)
    before = await turn.uow.interviews.get(interview_id) if interview_id else None
    return await interviews.read(turn, before, stored.as_of) if before else None


def _value(line: SummaryLine | None) -> str:
    return line.value if line else ""


def _words(turn: Turn, session: Session, line: SummaryLine | None) -> str:
    if line is None:
        return turn.say("chat.answer.skipped")
    words = session.spoken(line.ref, line.value, line.shown, turn.language)
    return literal(words) or turn.say("chat.answer.skipped")
