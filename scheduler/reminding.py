"""One tick of reminders: notes the rungs that have come, tells what goes alone, fills digests.

Each part is done in short transactions, goes on where it was cut off, and is without effect when it
is done twice or by several replicas at once.
"""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.climbing import climb
from scheduler.digests import fill
from scheduler.ground import Ground
from scheduler.manners import Manners
from scheduler.telling import tell
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Reminded:
    """What one tick did: rungs that it noted, messages of their own that it queued, and digests
    and other messages of the day."""

    rungs: int
    alone: int
    digests: int


async def remind(database: Database, ground: Ground, manners: Manners) -> Reminded:
    """Queue all reminders whose moment has come."""
    rungs = await climb(database, ground)
    alone = await tell(database, ground.zone, manners)
    return Reminded(rungs, alone, await fill(database, ground.zone, manners))
