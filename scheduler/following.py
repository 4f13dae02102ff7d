"""Duties that have opened go to those who are charged with their households."""

from __future__ import annotations

import asyncio

from storage.database import Database
from storage.policy import SYSTEM
from storage.reassigning import Reassigning


async def follow_charges(database: Database) -> None:
    """Look through all charges, some hundreds of households at a time. Harmless when done twice."""
    after: int | None = 0
    while after is not None:
        async with database.unit(SYSTEM, "follow charges", rank="last") as uow:
            after = await Reassigning(uow.connection, uow.actor, uow.now).follow(after)
        await asyncio.sleep(0)
