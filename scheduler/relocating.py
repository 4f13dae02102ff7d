"""A household moves within the register: what it is owed moves with it, at once.

Whoever serves the new area owes its open duties from now on. Rules of the new area open, and those
of the former one are cancelled. What is settled stays with the area in which it was settled.
"""

from __future__ import annotations

from scheduler.ground import Ground
from scheduler.reckoning import reckon
from storage.relocating import Relocating
from storage.unit import UnitOfWork


async def move_home(uow: UnitOfWork, ground: Ground, household_id: int, area_code: str) -> bool:
    """Move a household with its people to another area; False if there is no such household."""
    relocating = Relocating(uow.connection, uow.now)
    home = await relocating.move(household_id, area_code)
    if home is None:
        return False
    await relocating.take_duties(home, area_code)
    for number in home.people:
        await reckon(uow, ground, "person", number)
    await reckon(uow, ground, "household", household_id)
    roles = {rule.who for rule in ground.book.rules}
    await relocating.owe(home, {role: ground.owners(role) for role in sorted(roles)})
    return True
