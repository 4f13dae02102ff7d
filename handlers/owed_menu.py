"""The way from the menu to what somebody owes."""

from __future__ import annotations

from core.messages import Button
from handlers.soon import WEEK
from handlers.tokens import DUTY, token
from handlers.turn import Turn
from storage.obligations_duties import Duties

Row = tuple[Button, ...]


async def rows(turn: Turn) -> list[Row]:
    """One button, with how much is overdue and due within seven days; none where nothing is ever
    owed, or to who fills in nothing."""
    actor = turn.chat.actor
    if turn.house.ground is None or actor.account_id is None or not actor.may_fill:
        return []
    reads = Duties(turn.uow.connection, turn.uow.actor, turn.uow.now)
    late, soon = await reads.counts(actor.account_id, turn.today + WEEK, turn.today)
    key = "late" if late else ("soon" if soon else "none")
    text = turn.say(f"owed.menu.{key}", late=late, soon=soon)
    return [(Button(text=text, token=token(DUTY, "list"), style="primary"),)]
