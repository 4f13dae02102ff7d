"""`zoufang vault`: the keys that seal what is personal, and how they are changed."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bot.cli.words import language
from core.texts import say

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.database import Database

NOTED: Final = 45.0
"""Seconds after which running programs, which look every 30, seal with a new key."""

PATIENCE: Final = 90.0
"""Seconds for which former keys stay at least: one that is slow may still seal with them."""

_AGAIN: Final = 5.0


def _say(key: str, /, **values: object) -> str:
    return say(language(), f"vault.{key}", **values)


app = typer.Typer(no_args_is_help=True)


@app.command("status", help=_say("help.status"))
def _status() -> None:
    from bot.cli.opening import with_database

    async def show(settings: Settings, database: Database) -> None:
        from storage import vault
        from storage.resealing import stale

        typer.echo(_say("keys", n=vault.vault().count))
        count = await stale(database)
        typer.echo(_say("stale", n=count) if count else _say("fresh"))

    with_database(show)


@app.command("rotate", help=_say("help.rotate"))
def _rotate() -> None:
    from bot.cli.opening import with_database

    with_database(_change)


@app.command("forget", help=_say("help.forget"))
def _forget(yes: Annotated[bool, typer.Option("--yes", help=_say("help.yes"))] = False) -> None:
    from bot.cli.opening import with_database

    if not yes and not typer.confirm(_say("sure")):
        return

    async def forget(settings: Settings, database: Database) -> None:
        from storage import key_file
        from storage.policy import OPERATOR
        from storage.resealing import stale

        _from_file(settings)
        if count := await stale(database):
            typer.echo(_say("in_use", n=count), err=True)
            raise typer.Exit(2)
        if (left := PATIENCE - key_file.age(settings.key_file)) > 0:
            typer.echo(_say("too_new", n=math.ceil(left)), err=True)
            raise typer.Exit(2)
        gone = key_file.forget(settings.key_file)
        async with database.unit(OPERATOR, "vault forget", "cli") as uow:
            await uow.record("forget_keys", str(gone))
        typer.echo(_say("forgotten", n=gone) if gone else _say("none_to_forget"))

    with_database(forget)


async def _change(settings: Settings, database: Database) -> None:
    """Add a key, unless a former change is unfinished, and seal everything with the newest."""
    from storage import key_file, vault
    from storage.policy import OPERATOR
    from storage.resealing import stale

    if settings.key is None:
        if await stale(database):
            typer.echo(_say("going_on"))
        else:
            key_file.add(settings.key_file)
            vault.vault().refresh()
            async with database.unit(OPERATOR, "vault rotate", "cli") as uow:
                await uow.record("rotate", str(vault.vault().count))
    elif not await stale(database):
        _from_file(settings)
    count = await _reseal(database, await stale(database))
    if (unsure := _unsure(settings)) > 0:
        typer.echo(_say("waiting", n=math.ceil(unsure)))
    waited = 0.0
    while ((left := await stale(database)) and waited < PATIENCE) or _unsure(settings) > 0:
        await asyncio.sleep(_AGAIN)
        waited += _AGAIN
        count += await _reseal(database, left)  # of a program that had only the former key
    if left:
        typer.echo(_say("still", n=left), err=True)
        raise typer.Exit(1)
    typer.echo(_say("rotated", n=count, file=settings.key_file))


def _unsure(settings: Settings) -> float:
    """For how many seconds more a running program may seal with a former key. Whoever gives the
    keys by the environment has restarted it."""
    from storage import key_file

    return 0.0 if settings.key is not None else NOTED - key_file.age(settings.key_file)


def _from_file(settings: Settings) -> None:
    if settings.key is not None:
        typer.echo(_say("from_environment"), err=True)
        raise typer.Exit(2)


async def _reseal(database: Database, total: int) -> int:
    from bot.cli.printing import progress
    from storage.resealing import reseal, tables

    count = 0
    with progress(_say("rotating")) as told:
        for table, columns in tables():
            count += await reseal(database, table, columns)
            told(min(count, total), total)
    return count
