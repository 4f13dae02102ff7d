"""A household, or one of its people, moves within the register: what is owed moves along, at once.

Whoever serves the new area owes its open duties from now on. Rules of the new area open, and those
of the former one are cancelled. What is settled stays with the area in which it was settled.
"""

from __future__ import annotations

from scheduler.ground import Ground
from scheduler.reckoning import reckon
from storage.relocating import Home, Relocating
from storage.unit import UnitOfWork


async def move_home(uow: UnitOfWork, ground: Ground, household_id: int, area_code: str) -> bool:
    """Move a household with its people to another area; False if there is no such household."""
    relocating = Relocating(uow.connection, uow.now)
    home = await relocating.move(household_id, area_code)
    if home is None:
        return False
    await relocating.take_duties(home, area_code)
    await relocating.take_requests(home, area_code)
    for number in home.people:
        await reckon(uow, ground, "person", number)
    await reckon(uow, ground, "household", household_id)
    await _owe(relocating, ground, home)
    return True


async def rehouse(uow: UnitOfWork, ground: Ground, person_id: int, household_id: int) -> bool:
    """Enter a person in another household; False if there is none, or they live there."""
    relocating = Relocating(uow.connection, uow.now)
    left = await relocating.rehouse(person_id, household_id)
    if left is None:
        return False
    await reckon(uow, ground, "person", person_id)
    for number in (left.id, household_id):
        await reckon(uow, ground, "household", number)
    await _owe(relocating, ground, Home(household_id, "", [person_id]))
    return True


async def _owe(relocating: Relocating, ground: Ground, home: Home) -> None:
    roles = {rule.who for rule in ground.book.rules}
    await relocating.owe(home, {role: ground.owners(role) for role in sorted(roles)})
