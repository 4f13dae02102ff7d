"""What a supervisor reads about a worker whom the bot can't reach any more."""

from __future__ import annotations

from typing import Any

from core.messages import Reply
from core.texts import say
from handlers.turn import House
from scheduler.unreachable import KIND

__all__ = ["KIND", "render"]


def render(body: dict[str, Any], language: str, house: House) -> Reply:
    """By the code of the account only."""
    return Reply(text=say(language, "messenger.unreachable", account=body["account"]))
