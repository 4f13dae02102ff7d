"""What a worker reads when their supervisor has answered what they asked about a duty."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from core.messages import Button, Reply
from core.texts import say
from handlers import window_words
from handlers.markup import literal
from handlers.notices import free_at
from handlers.tokens import DUTY, token
from handlers.turn import House
from scheduler.intents import DECISION, DECISION_SLOT
from storage.outbox import Parcel
from storage.priorities import DIGEST
from storage.unit import UnitOfWork


async def prepare(uow: UnitOfWork, parcel: Parcel, house: House) -> Reply | None:
    """An answer at the moment of sending; None if it has to wait for the morning, or for the end of
    an interview."""
    chat = await uow.conversations.get(parcel.conversation_id)
    free = free_at(chat, uow.now, house.zone) if chat else uow.now
    if free <= uow.now:
        return render(parcel.body, parcel.language, house)
    await uow.outbox.queue_kind(
        parcel.conversation_id,
        DECISION,
        parcel.body,
        DIGEST,
        slot=DECISION_SLOT,
        not_before=free,
    )
    return None


def render(body: Mapping[str, Any], language: str, house: House) -> Reply:
    """An answer, in the reader's language."""
    title = _title(body, language, house)
    what = f"{literal(body['subject'])} {title}".strip()
    day = ""
    if body["day"]:
        today = date.fromisoformat(body["on"])
        day = window_words.weekday(date.fromisoformat(body["day"]), today, language)
    text = say(language, f"owed.decision.{body['asked']}.{body['decision']}", what=what, day=day)
    button = Button(text=say(language, "owing.button.list"), token=token(DUTY, "list"))
    return Reply(text=text, buttons=((button,),), slot=DECISION_SLOT)


def _title(body: Mapping[str, Any], language: str, house: House) -> str:
    rule_id, version, region = body["rule"]
    rule = house.ground().rule(rule_id, version, region) if house.ground else None
    return literal(rule.titles.of(language)) if rule else str(rule_id)
