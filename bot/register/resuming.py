"""Imports that a process left in the middle go on with the next tick."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from storage.database import Database
from storage.policy import SYSTEM

if TYPE_CHECKING:
    from scheduler.ground import Ground

EVERY: Final = timedelta(minutes=1)


async def resume(database: Database, ground: Callable[[], Ground]) -> None:
    """Go on with whatever was cut off; what that takes is loaded only if something was."""
    from storage.register_imports import RegisterImports  # not while the program starts

    async with database.reading(SYSTEM, "register import") as uow:
        left = await RegisterImports(uow.connection, uow.actor, uow.now).cut_off()
    if left:
        from bot.register.work import attempt

        for one in left:
            await attempt(database, ground, one.id)
