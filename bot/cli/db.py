"""`zoufang db`: the database's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from bot.cli.words import words

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.database import Database

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps `db` a group while it has one command."""


@app.command("upgrade", help=words("help.db_upgrade"))
def _upgrade() -> None:
    from bot.cli.opening import with_database
    from storage.migrate import head

    async def nothing_more(settings: Settings, database: Database) -> None:
        """Opening it has brought it up to date."""

    with_database(nothing_more)
    typer.echo(words("db.upgraded", revision=head()))
