"""How menus lead to what residents ask for."""

from __future__ import annotations

from core.messages import Button
from handlers.tokens import REQUEST, token
from handlers.turn import Turn

Row = tuple[Button, ...]


def buttons(turn: Turn, code: str = "") -> list[Row]:
    """What a resident may ask for: for the person of `code`, else for whom they say."""
    words = (code,) if code else ()
    kinds = ("visit", "mistake")
    return [
        tuple(
            Button(text=turn.say(f"requests.button.{kind}"), token=token(REQUEST, kind, *words))
            for kind in kinds
        )
    ]


async def waiting(turn: Turn) -> list[Row]:
    """What a worker's menu says of requests that wait."""
    count = await turn.uow.resident_requests.count()
    if not count:
        return []
    text = turn.say("requests.button.waiting", n=count)
    return [(Button(text=text, token=token(REQUEST, "list"), style="primary"),)]
