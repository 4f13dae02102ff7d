"""Whose pension a conversation may look at, and what of it this channel may show."""

from __future__ import annotations

from handlers.turn import Turn
from storage.pension_record import PensionRecord
from storage.proxies import PersonRef


async def subjects_of(turn: Turn) -> list[PersonRef]:
    """Whom the person may ask about today: themselves, if they are bound, then those for whom they
    act. Nobody for a stranger; a member of staff only those for whom they act privately."""
    return await turn.uow.proxies.subjects(turn.chat.id)


async def record_of(turn: Turn, person: PersonRef) -> PensionRecord | None:
    """The account of one of `subjects_of`; None for anybody else, and where the office has none on
    record. Asked anew each time, as a consent may have ended meanwhile. Logged."""
    record = await turn.uow.pension.insured(person.person_id, turn.chat.id)
    if record is not None:
        await turn.uow.record("pension", person.code)
    return record


def shows_amounts(turn: Turn) -> bool:
    """Whether amounts of a person may be shown on this channel. Where they may not, years, months
    and days still are, and the general rules with their amounts."""
    return turn.house.shows_amounts(turn.chat.channel)
