"""What became of other answers because of one change, in words."""

from __future__ import annotations

from forms import Accepted, Effects
from handlers.turn import Turn


def told(turn: Turn, done: Accepted | Effects) -> str:
    """How many answers fell away and how many came back; '' if there is nothing to tell."""
    parts = []
    if done.cleared:
        parts.append(turn.say("chat.cleared", n=len(done.cleared)))
    if done.restored:
        parts.append(turn.say("chat.restored", n=len(done.restored)))
    return "\n".join(parts)
