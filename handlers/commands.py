"""The commands that a messenger's menu offers, by who somebody is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.messages import MenuCommand
from handlers.turn import Replies, Turn
from storage.policy import Actor, Role

STRANGER: Final = ("start", "pension", "notice", "help", "language")
READER: Final = ("menu", "pension", "proxies", "mydata", "notice", "language", "help")
WORKER: Final = ("menu", "owe", "resume", "records", "pension", "cancel", "language", "help")


def names_for(actor: Actor) -> Sequence[str]:
    """The commands that make sense for somebody."""
    if actor.role is Role.NOBODY:
        return STRANGER
    return WORKER if actor.may_fill else READER


def with_menu(turn: Turn, replies: Replies) -> Replies:
    """`replies`, the last of which brings the person's own command menu, in their language."""
    menu = tuple(
        MenuCommand(name=name, description=turn.say(f"messenger.command.{name}"))
        for name in names_for(turn.chat.actor)
    )
    *before, last = replies
    return [*before, last.model_copy(update={"commands": menu})]
