"""The last visits to somebody, on their card: the day, the form and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from core.texts import known
from handlers import window_words
from handlers.markup import literal
from handlers.turn import Turn
from storage.register import Subject
from storage.subject_visits import SubjectVisit, SubjectVisits

_SHOWN: Final = 5


async def lines(turn: Turn, subject: Subject, titles: Mapping[str, str]) -> list[str]:
    """A line for each, the latest first, below a heading; none where nobody was there yet.
    `titles` are what forms are called, by form id."""
    reads = SubjectVisits(turn.uow.connection, turn.uow.actor, turn.today)
    made = await reads.last(subject.kind, subject.id, _SHOWN)
    if not made:
        return []
    whose = [one.code if one.code != subject.code else None for one in made]
    told = (_line(turn, *pair, titles) for pair in zip(made, whose, strict=True))
    return [turn.say("owed.visits.title"), *told]


def _line(turn: Turn, one: SubjectVisit, code: str | None, titles: Mapping[str, str]) -> str:
    day = window_words.day(one.visit_date, turn.today, turn.language)
    form = literal(" ".join(filter(None, (titles.get(one.form_id, one.form_id), code))))
    if one.outcome is None:
        return turn.say("owed.visits.line", day=day, form=form)
    return turn.say("owed.visits.outcome", day=day, form=form, outcome=_outcome(turn, one.outcome))


def _outcome(turn: Turn, name: str) -> str:
    key = f"rulewords.outcome.{name}"
    return turn.say(key) if known(key) else literal(name)
