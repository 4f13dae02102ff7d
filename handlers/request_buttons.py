"""How menus lead to what residents ask for."""

from __future__ import annotations

from core.messages import Button
from handlers.tokens import REQUEST, token
from handlers.turn import Turn

Row = tuple[Button, ...]


def buttons(turn: Turn) -> list[Row]:
    """What a resident may ask for."""
    return [
        (
            Button(text=turn.say("requests.button.visit"), token=token(REQUEST, "visit")),
            Button(text=turn.say("requests.button.mistake"), token=token(REQUEST, "mistake")),
        )
    ]


async def waiting(turn: Turn) -> list[Row]:
    """What a worker's menu says of requests that wait."""
    count = await turn.uow.resident_requests.count()
    if not count:
        return []
    text = turn.say("requests.button.waiting", n=count)
    return [(Button(text=text, token=token(REQUEST, "list"), style="primary"),)]
