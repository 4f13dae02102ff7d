"""`zoufang demo`: the synthetic township."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.words import language, words

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.database import Database

app = typer.Typer(no_args_is_help=True)


@app.command("load", help=words("help.demo_load"))
def _load() -> None:
    from bot.cli.opening import with_database

    async def load_and_tell(settings: Settings, database: Database) -> None:
        from bot.demo import sign_in_links
        from core.texts import say

        await _fill(settings, database)
        typer.echo(words("demo.links"))
        for role, link in await sign_in_links(database, settings.base_url):
            typer.echo(f"{say(language(), role)}  {link}")

    with_database(load_and_tell)


@app.command("quarter", help=words("help.demo_quarter"))
def _quarter(
    days: Annotated[int, typer.Option(min=1, max=800, help=words("help.demo_days"))] = 92,
    seed: Annotated[int, typer.Option(help=words("help.demo_seed"))] = 1,
) -> None:
    from bot.cli.opening import with_database

    async def live(settings: Settings, database: Database) -> None:
        await _live(settings, database, days, seed)

    with_database(live)


async def _live(settings: Settings, database: Database, days: int, seed: int) -> None:
    """Load the demo as it was `days` days ago, and live through them up to this moment."""
    from datetime import timedelta

    from bot.app import house_of
    from bot.cli.printing import progress
    from bot.demo.quarter import Quarter, TurnedClock

    clock = TurnedClock(database.clock.now() - timedelta(days=days))
    database.clock = clock
    await _fill(settings, database)
    quarter = Quarter(database, house_of(settings), settings.manners, clock, seed)
    with progress(words("demo.living")) as told:
        lived = await quarter.live(days + 1, told)
    typer.echo(
        words(
            "demo.lived",
            days=days,
            records=lived.records,
            opened=lived.opened,
            missed=lived.missed,
            told=lived.told.total(),
        )
    )
    await _tell_coverage(settings, database)


async def _tell_coverage(settings: Settings, database: Database) -> None:
    """What is done of what is owed now, by rule, as a supervisor sees it."""
    from bot.cli.printing import table
    from bot.ground import Grounds
    from scheduler.coverage import coverage
    from storage.policy import OPERATOR

    async with database.reading(OPERATOR, "demo", "cli") as uow:
        found = await coverage(uow, Grounds(settings).current(), uow.today, "")
    table(
        [words(f"head.{name}") for name in ("rule", "title", "done", "owed", "overdue")],
        [
            (
                one.rule_id,
                one.rule.titles.of(language()) if one.rule else "",
                str(one.total.done),
                str(one.total.owed),
                str(one.total.overdue),
            )
            for one in found
            if one.total.owed
        ],
    )


async def _fill(settings: Settings, database: Database) -> None:
    """Enter the township into an empty register and publish the forms."""
    from bot.cli.errors import OperatorError
    from bot.cli.printing import progress
    from bot.demo import load
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
