"""The key, the disk and the operator's own files."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from bot import rules
from bot.checkup.finding import Finding, failure, fine, warning
from bot.settings import Settings
from core.clock import SystemClock
from storage import key_file, vault
from storage.database import sqlite_file

LITTLE: Final = 1000  # MB of free disk that are little
TOO_LITTLE: Final = 200
STALE: Final = 30  # hours after which a daily backup is missing


async def files(settings: Settings) -> AsyncIterator[Finding]:
    """The lists, the rules and the calendar that the settings name. Raises SettingsError,
    RulesError."""
    settings.phonebook()
    settings.parameters(SystemClock().now().date())
    rules.check(settings)
    yield fine("files")


async def key(settings: Settings) -> AsyncIterator[Finding]:
    """The key; if it is there it is in use from here on. Raises VaultError."""
    if settings.key is None and not settings.key_file.exists():
        yield warning("key_missing", file=settings.key_file)
        return
    given = settings.key.get_secret_value() if settings.key else None
    vault.use(key_file.load_or_create(settings.key_file, given))
    yield fine("key")


async def disk(settings: Settings) -> AsyncIterator[Finding]:
    """The disk with the SQLite file. PostgreSQL looks after its own."""
    file = sqlite_file(settings.database_url)
    if file is None:
        return
    folder = next(folder for folder in file.absolute().parents if folder.exists())
    free = shutil.disk_usage(folder).free // 10**6
    if free < TOO_LITTLE:
        yield failure("disk_full", folder=_shown(folder), free=free)
    elif free < LITTLE:
        yield warning("disk_little", folder=_shown(folder), free=free)
    else:
        yield fine("disk", free=free)


def _shown(folder: Path) -> str:
    """Relative to where the command was typed, if it lies there."""
    here = Path.cwd()
    return str(folder.relative_to(here)) if folder.is_relative_to(here) else str(folder)


async def backups(settings: Settings) -> AsyncIterator[Finding]:
    """The last backup, where the program makes them."""
    from storage.backup import files as backup_files

    if settings.backups is None:
        yield warning("backups_off")
        return
    made = backup_files.kept(settings.backups)
    newest = made[-1].stat().st_mtime if made else None
    if newest is None:
        yield warning("backups_none", folder=_shown(settings.backups.absolute()))
        return
    hours = int((SystemClock().now().timestamp() - newest) // 3600)
    yield (fine if hours < STALE else warning)("backups_made", hours=hours, n=len(made))
