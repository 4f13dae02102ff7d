"""What somebody finds who is not known here: how to come in, and pensions in general."""

from __future__ import annotations

from core.messages import Button, Reply
from handlers.tokens import BIND, LANGUAGE, PENSION, token
from handlers.turn import Replies, Turn


def show(turn: Turn, lead: str = "") -> Replies:
    """The stranger's page, with `lead` in place of the greeting."""
    text = lead or turn.say("chat.stranger")
    pension = Button(text=turn.say("pension.button.pension"), token=token(PENSION, "open"))
    bind = Button(text=turn.say("binding.button.begin"), token=token(BIND, "begin"))
    language = Button(text=turn.say("chat.button.language"), token=token(LANGUAGE))
    return [Reply(text=text, buttons=((pension,), (bind,), (language,)), slot="menu")]
