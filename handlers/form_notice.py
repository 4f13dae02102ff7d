"""The legal basis and the term of each form, for the notice to residents."""

from __future__ import annotations

from core.texts import say
from forms.privacy import privacy_of
from handlers.shelf import title_of
from handlers.turn import Turn


async def basis_lines(turn: Turn) -> list[str]:
    """A line for all forms that share basis, law and term, in the order of menus."""
    titles: dict[tuple[str, str, int | None], list[str]] = {}
    forms, person = turn.uow.forms, turn.chat.person_id
    for version in await (forms.offered_to(person) if person else forms.offered()):
        declared = privacy_of(version.privacy)
        source = declared.sources.get(turn.language) or next(iter(declared.sources.values()), "")
        term = turn.house.kept_for(version.form_id, declared.retention)
        titles.setdefault((declared.basis, source, term), []).append(
            title_of(version, turn.language)
        )
    return [
        turn.say(
            f"rights.basis.{basis}",
            forms=turn.say("rights.comma").join(named),
            source=f"{turn.say('rights.by_law')}{source}" if source else "",
            term=term_words(turn.language, term),
        )
        for (basis, source, term), named in titles.items()
    ]


def term_words(language: str, months: int | None) -> str:
    """A number of months as people say it; None is for good."""
    if months is None:
        return say(language, "rights.term.good")
    if months % 12:
        return say(language, "rights.term.months", n=months)
    return say(language, "rights.term.years", n=months // 12)
