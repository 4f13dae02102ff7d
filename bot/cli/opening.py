"""Opens what a command works on: the settings, the key and the database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.settings import Settings, from_environment
from core.clock import SystemClock
from storage import key_file, vault
from storage.database import Database

Result = TypeVar("Result")


def with_database(work: Callable[[Settings, Database], Awaitable[Result]]) -> Result:
    """Do `work` on the database that the environment names, and close it.

    Raises SettingsError, VaultError, DatabaseError.
    """
    settings = from_environment()
    return asyncio.run(_with_database(settings, work))


async def _with_database(
    settings: Settings, work: Callable[[Settings, Database], Awaitable[Result]]
) -> Result:
    key = settings.key.get_secret_value() if settings.key else None
    vault.use(key_file.load_or_create(settings.key_file, key))
    database = await Database.open(settings.database_url, SystemClock(), settings.zone)
    try:
        return await work(settings, database)
    finally:
        await database.close()
