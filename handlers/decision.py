"""What a worker reads when their supervisor has answered what they asked about a duty."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from core.messages import Button, Reply
from core.texts import say
from handlers import window_words
from handlers.markup import literal
from handlers.tokens import DUTY, token
from handlers.turn import House
from storage.requests import ANSWER_SLOT


def render(body: Mapping[str, Any], language: str, house: House) -> Reply:
    """A queued answer, in the reader's language."""
    title = _title(body, language, house)
    what = f"{literal(body['subject'])} {title}".strip()
    day = ""
    if body["day"]:
        today = date.fromisoformat(body["on"])
        day = window_words.weekday(date.fromisoformat(body["day"]), today, language)
    text = say(language, f"owed.decision.{body['asked']}.{body['decision']}", what=what, day=day)
    button = Button(text=say(language, "owing.button.list"), token=token(DUTY, "list"))
    return Reply(text=text, buttons=((button,),), slot=ANSWER_SLOT)


def _title(body: Mapping[str, Any], language: str, house: House) -> str:
    rule_id, version, region = body["rule"]
    rule = house.ground().rule(rule_id, version, region) if house.ground else None
    return literal(rule.titles.of(language)) if rule else str(rule_id)
