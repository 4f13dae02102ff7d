"""What a resident finds: whom to call, what is kept about them, and the language switch."""

from __future__ import annotations

from core.messages import Button, Reply
from handlers import alerts, request_buttons
from handlers.tokens import HELP, LANGUAGE, PENSION, PROXY, token
from handlers.turn import Replies, Turn


def show(turn: Turn, lead: str = "") -> Replies:
    """The resident's page."""
    contacts = turn.say(
        "chat.resident.contacts", phones=alerts.phone_list(turn.house, turn.language, "office")
    )
    parts = (lead, turn.say("chat.resident.welcome"), contacts, turn.say("chat.notice"))
    pension = Button(
        text=turn.say("pension.button.pension"), token=token(PENSION, "open"), style="primary"
    )
    buttons = (
        (pension,),
        *request_buttons.buttons(turn),
        (Button(text=turn.say("binding.button.mine"), token=token(PROXY, "mine")),),
        (
            Button(text=turn.say("chat.button.language"), token=token(LANGUAGE)),
            Button(text=turn.say("chat.button.help"), token=token(HELP)),
        ),
    )
    return [Reply(text="\n\n".join(part for part in parts if part), buttons=buttons, slot="menu")]
