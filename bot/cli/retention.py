"""`zoufang purge` and `zoufang hold`: what is deleted when its time is over, and what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.words import language
from core.texts import say

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.database import Database


def _say(key: str, /, **values: object) -> str:
    return say(language(), f"rights.purge.{key}", **values)


app = typer.Typer(no_args_is_help=True)


def purge(
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_say("help.dry_run"))] = False,
    yes: Annotated[bool, typer.Option("--yes", help=_say("help.yes"))] = False,
) -> None:
    """Empty the records whose time is over, after asking; `--dry-run` only counts them."""
    from bot.cli.opening import with_database

    async def work(settings: Settings, database: Database) -> None:
        from bot.retention import Retention
        from storage import retention

        rules = Retention.read(settings.retention)
        declared = await retention.declared(database)
        for form_id, name in sorted(rules.unknown(declared).items()):
            typer.echo(_say("unknown", form=form_id, name=name))
        today = database.clock.now().astimezone(settings.zone).date()
        days = rules.last_days(declared, today)
        counts = await retention.due(database, days)
        for form_id, count in sorted(counts.items()):
            typer.echo(_say("due", form=form_id, n=count, day=days[form_id]))
        if not counts:
            typer.echo(_say("nothing"))
        elif not dry_run and (yes or typer.confirm(_say("sure"))):
            typer.echo(_say("done", n=await retention.empty(database, days)))

    with_database(work)


@app.command("add", help=_say("help.add"))
def _add(
    code: Annotated[str, typer.Argument(help=_say("help.code"))],
    reason: Annotated[str, typer.Option("--reason", help=_say("help.reason"))],
) -> None:
    from bot.cli.errors import OperatorError
    from bot.cli.opening import with_database

    async def add(_: Settings, database: Database) -> None:
        from storage.policy import OPERATOR
        from storage.retention import Holds

        async with database.unit(OPERATOR, "hold") as uow:
            if not await Holds(uow.connection).add(code, reason, uow.now):
                raise OperatorError("no_subject", code=code)
            await uow.record("hold", code)
        typer.echo(_say("held", code=code))

    with_database(add)


@app.command("remove", help=_say("help.remove"))
def _remove(code: Annotated[str, typer.Argument(help=_say("help.code"))]) -> None:
    from bot.cli.errors import OperatorError
    from bot.cli.opening import with_database

    async def remove(_: Settings, database: Database) -> None:
        from storage.policy import OPERATOR
        from storage.retention import Holds

        async with database.unit(OPERATOR, "hold") as uow:
            if not await Holds(uow.connection).remove(code):
                raise OperatorError("no_hold", code=code)
            await uow.record("release", code)
        typer.echo(_say("released", code=code))

    with_database(remove)


@app.command("list", help=_say("help.list"))
def _list() -> None:
    from bot.cli.opening import with_database

    async def show(settings: Settings, database: Database) -> None:
        from storage.policy import OPERATOR
        from storage.retention import Holds

        async with database.reading(OPERATOR, "hold") as uow:
            held = await Holds(uow.connection).all()
        for one in held:
            since = one.since.astimezone(settings.zone).date()
            typer.echo(_say("row", code=one.code, since=since, reason=one.reason))
        if not held:
            typer.echo(_say("none"))

    with_database(show)
