"""What a correction has changed, for whoever checks it: they know all the rest of the record."""

from __future__ import annotations

from forms import Summary, SummaryLine
from handlers import interviews
from handlers.interviews import Session
from handlers.markup import authored, literal
from handlers.turn import Turn


async def changes(turn: Turn, session: Session, summary: Summary) -> list[str]:
    """The questions of a correction whose answers are no longer those of the record, both answers
    beside each other; nothing for what is no correction, or of a record that was not made here."""
    before = await _corrected(turn, session)
    if before is None:
        return []
    former = {one.ref: one for one in before.iv.summary().lines if isinstance(one, SummaryLine)}
    lines = [
        turn.say(
            "chat.review.change",
            n=number,
            label=authored(line.label) or line.ref.rsplit("/", 1)[-1],
            before=_words(turn, before, former.get(line.ref)),
            now=_words(turn, session, line),
        )
        for number, line in enumerate(summary.lines, 1)
        if isinstance(line, SummaryLine) and _differs(line, former.get(line.ref))
    ]
    return [turn.say("chat.review.changed", n=len(lines)), *lines] if lines else []


async def _corrected(turn: Turn, session: Session) -> Session | None:
    """The interview of the record that is corrected."""
    stored = session.stored
    if stored.corrects is None or stored.as_of is None:
        return None
    interview_id = await turn.uow.corrections.filled_in_by(stored.corrects)
    before = await turn.uow.interviews.get(interview_id) if interview_id else None
    return await interviews.read(turn, before, stored.as_of) if before else None


def _differs(now: SummaryLine, before: SummaryLine | None) -> bool:
    return now.value != (before.value if before else "")


def _words(turn: Turn, session: Session, line: SummaryLine | None) -> str:
    if line is None:
        return turn.say("chat.answer.skipped")
    words = session.spoken(line.ref, line.value, line.shown, turn.language)
    return literal(words) or turn.say("chat.answer.skipped")
