"""`zoufang demo`: the synthetic township."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from bot.cli.words import language, words

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.database import Database

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps `demo` a group while it has one command."""


@app.command("load", help=words("help.demo_load"))
def _load() -> None:
    from bot.cli.opening import with_database

    with_database(_load_and_tell)


async def _load_and_tell(settings: Settings, database: Database) -> None:
    from bot.cli.errors import OperatorError
    from bot.cli.printing import progress
    from bot.demo import load, sign_in_links
    from core.texts import say
    from handlers.forms import publish_builtin
    from storage.policy import OPERATOR

    with progress(words("demo.loading")) as told:
        loaded = await load(database, settings, database.clock, progress=told)
    if not loaded:
        raise OperatorError("register_not_empty")
    with progress(words("demo.publishing")):
        await publish_builtin(database)
    async with database.unit(OPERATOR, "demo", "cli") as uow:
        homes, people = await uow.register.counts()
    typer.echo(words("demo.loaded", homes=homes, people=people))
    for role, link in await sign_in_links(database, settings.base_url):
        typer.echo(f"{say(language(), role)}  {link}")
