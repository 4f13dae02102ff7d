"""`zoufang backup` and `zoufang restore`: the whole database as one encrypted file, and back."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.words import language
from core.texts import say

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.database import Database


def _say(key: str, /, **values: object) -> str:
    return say(language(), f"backup.{key}", **values)


def backup(
    file: Annotated[Path | None, typer.Argument(help=_say("help.file"))] = None,
    *,
    check: Annotated[bool, typer.Option("--check", help=_say("help.check"))] = False,
) -> None:
    """Write a backup to `file`, or into the folder of backups; or look at one that is there."""
    from bot.cli.opening import with_database

    if check:
        _check(file)
        return

    async def make(settings: Settings, database: Database) -> None:
        from bot.cli.errors import OperatorError
        from bot.cli.printing import progress
        from storage.backup import files
        from storage.policy import OPERATOR

        local = database.clock.now().astimezone(settings.zone)
        target = file or (settings.backups or Path()) / files.name_at(local)
        if await asyncio.to_thread(target.exists):
            raise OperatorError("file_exists", file=target)
        with progress(_say("writing")) as told:
            count = await files.make(database, target, told)
        async with database.unit(OPERATOR, "backup", "cli") as uow:
            await uow.record("backup", target.name[:200])
        typer.echo(_say("made", n=count, file=target))

    with_database(make)


def _check(file: Path | None) -> None:
    from bot.settings import from_environment
    from storage import key_file, vault
    from storage.backup import files

    if file is None:
        raise typer.BadParameter(_say("which"))
    settings = from_environment()
    key = settings.key.get_secret_value() if settings.key else None
    vault.use(key_file.load(settings.key_file, key))
    typer.echo(_say("whole", n=asyncio.run(files.check(file)), file=file))


def restore(file: Annotated[Path, typer.Argument(help=_say("help.restore_file"))]) -> None:
    """Enter a backup into the database that the settings name, which has to be empty."""
    from bot.settings import from_environment
    from storage import key_file, vault
    from storage.backup import files

    settings = from_environment()
    key = settings.key.get_secret_value() if settings.key else None
    vault.use(key_file.load(settings.key_file, key))
    typer.echo(_say("restored", n=asyncio.run(files.restore(settings.database_url, file))))
