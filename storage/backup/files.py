"""Backups as files: made beside the running program, checked, restored, and thinned out."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from storage.backup.dump import Told, dump
from storage.backup.envelope import Sealing, opened
from storage.backup.lines import lines
from storage.backup.load import load, read
from storage.database import Database, Engines, parse_url
from storage.vault import vault

SUFFIX: Final = ".zfb"
_NAME: Final = "zoufang-%Y%m%d-%H%M%S"


def name_at(moment: datetime) -> str:
    """What a backup of this moment is called; names sort as the moments do."""
    return moment.strftime(_NAME) + SUFFIX


async def make(database: Database, file: Path, told: Told = lambda done, total: None) -> int:
    """Write a backup to `file` and check it; how many rows. It is whole or not there at all.

    Raises FileExistsError, OSError (a full disk) and BackupError (the check found it damaged).
    """
    if await asyncio.to_thread(file.exists):
        raise FileExistsError(file)
    part = file.with_name(f".{file.name}.part")
    try:
        count = await _write(database, part, told)
        await asyncio.to_thread(_check, part)
        await asyncio.to_thread(os.replace, part, file)
    finally:
        await asyncio.to_thread(part.unlink, missing_ok=True)
    return count


async def _write(database: Database, part: Path, told: Told) -> int:
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        sealing = Sealing(stream, vault())

        def work(connection: Connection) -> int:
            return dump(connection, database.clock.now(), sealing.write, told)

        async with database.snapshot() as connection:
            count = await connection.run_sync(work)
        sealing.end()
        stream.flush()
        await asyncio.to_thread(os.fsync, stream.fileno())
    return count


def _check(file: Path) -> int:
    """Read a backup to its end; how many rows. Raises BackupError."""
    with file.open("rb") as stream:
        return read(lines(opened(stream, vault())), lambda revision: None, lambda name, rows: None)


async def check(file: Path) -> int:
    """Read a backup to its end; how many rows are in it. Raises BackupError, OSError."""
    return await asyncio.to_thread(_check, file)


async def restore(url: str, file: Path) -> int:
    """Enter a backup into the database of `url`, which must have no tables yet; how many rows. All
    of it or nothing. Raises BackupError, DatabaseError, OSError."""
    engines = Engines.of(parse_url(url))

    def work(connection: Connection) -> int:
        with file.open("rb") as stream:
            return load(connection, lines(opened(stream, vault())))

    try:
        async with engines.main.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engines.main.dispose()


def kept(folder: Path) -> Sequence[Path]:
    """The backups in a folder, the oldest first."""
    return sorted(folder.glob(f"zoufang-*{SUFFIX}"))


def thin_out(folder: Path, keep: int) -> None:
    """Delete the oldest backups of a folder but `keep`."""
    for one in kept(folder)[:-keep]:
        one.unlink()
