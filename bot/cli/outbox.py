"""`zoufang outbox`: what failed on its way out or in, and how it is sent again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bot.cli.words import words

if TYPE_CHECKING:
    from datetime import datetime

    from bot.settings import Settings
    from storage.database import Database
    from storage.dead_letters import DeadInbound, DeadMessage

app = typer.Typer(no_args_is_help=True)

NEWEST: Final = 50
ALL: Final = "all"
_ID_DIGITS: Final = 18  # what every database takes as a number


@app.command("list", help=words("help.outbox_list"))
def _list(
    everything: Annotated[bool, typer.Option("--all", help=words("help.outbox_all", n=NEWEST))] = (
        False
    ),
) -> None:
    from bot.cli.opening import with_database

    async def show(settings: Settings, database: Database) -> None:
        await _show(settings, database, None if everything else NEWEST)

    with_database(show)


@app.command("retry", help=words("help.outbox_retry"))
def _retry(
    message: Annotated[str, typer.Argument(metavar="ID|all", help=words("help.outbox_id"))],
) -> None:
    from bot.cli.opening import with_database

    async def retry(settings: Settings, database: Database) -> None:
        count = await _queue_again(database, message)
        typer.echo(words("outbox.queued", n=count) if count else words("outbox.nothing"))

    with_database(retry)


async def _show(settings: Settings, database: Database, limit: int | None) -> None:
    from storage.policy import OPERATOR

    fetched = None if limit is None else limit + 1  # one more tells whether there are more
    async with database.unit(OPERATOR, "outbox list", "cli") as uow:
        messages = await uow.dead_letters.messages(fetched)
        inbounds = await uow.dead_letters.inbounds(fetched)
    if not messages and not inbounds:
        typer.echo(words("outbox.fine"))
    if messages:
        _print_messages(settings, messages[:limit])
    if inbounds:
        _print_inbounds(settings, inbounds[:limit])
    if limit is not None and max(len(messages), len(inbounds)) > limit:
        typer.echo(words("outbox.more"))


def _print_messages(settings: Settings, messages: Sequence[DeadMessage]) -> None:
    from bot.cli.printing import table

    keys = ("message", "channel", "account", "kind", "error", "attempts", "since")
    typer.echo(words("outbox.messages"))
    table(
        [words(f"head.{key}") for key in keys],
        [
            (
                str(one.id),
                one.channel,
                one.account or "—",
                one.kind,
                one.error,
                str(one.attempts),
                _moment(settings, one.since),
            )
            for one in messages
        ],
    )


def _print_inbounds(settings: Settings, inbounds: Sequence[DeadInbound]) -> None:
    from bot.cli.printing import table

    typer.echo(words("outbox.inbounds"))
    table(
        [words(f"head.{key}") for key in ("channel", "error", "attempts", "since")],
        [
            (one.channel, one.error, str(one.attempts), _moment(settings, one.since))
            for one in inbounds
        ],
    )


def _moment(settings: Settings, moment: datetime) -> str:
    return f"{moment.astimezone(settings.zone):%Y-%m-%d %H:%M}"


async def _queue_again(database: Database, message: str) -> int:
    from bot.cli.errors import OperatorError
    from storage.policy import OPERATOR

    every = message.lower() == ALL
    number = message.isascii() and message.isdecimal() and len(message) <= _ID_DIGITS
    if not every and not number:
        raise OperatorError("no_such_message", id=message)
    async with database.unit(OPERATOR, "outbox retry", "cli") as uow:
        count = await uow.dead_letters.retry(None if every else int(message))
        if every:
            count += await uow.dead_letters.retry_inbounds()
        if not every and not count:
            raise OperatorError("no_such_message", id=message)
        if count:
            await uow.record("retry", message)
    return count
