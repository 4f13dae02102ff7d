"""`zoufang staff hour`: when somebody gets the message of the day."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.staff_accounts import described, existing
from bot.cli.words import language
from core.texts import say

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.database import Database

app = typer.Typer()


def _say(key: str, /, **values: object) -> str:
    return say(language(), f"remind.hour.{key}", **values)


@app.command("hour", help=_say("help"))
def _hour(
    account: Annotated[str, typer.Argument(metavar="CODE", help=_say("account_help"))],
    hour: Annotated[
        datetime | None,
        typer.Argument(metavar="HH:MM", formats=["%H:%M"], help=_say("hour_help")),
    ] = None,
) -> None:
    from bot.cli.opening import with_database

    async def set_hour(settings: Settings, database: Database) -> None:
        await _set(settings, database, account, hour)

    with_database(set_hour)


async def _set(settings: Settings, database: Database, code: str, hour: datetime | None) -> None:
    from bot.cli.errors import OperatorError
    from scheduler.manners import MORNING, NIGHT, minute_of
    from storage.policy import OPERATOR
    from storage.readers import Readers

    if hour is not None and not MORNING <= hour.time() < NIGHT:
        raise OperatorError("night_hour", first=f"{MORNING:%H:%M}", last=f"{NIGHT:%H:%M}")
    async with database.unit(OPERATOR, "staff hour", "cli") as uow:
        found = await existing(uow, code)
        minute = minute_of(hour.time()) if hour else None
        await Readers(uow.connection).set_minute(found.id, minute)
        await uow.record("digest_hour", found.code)
    typer.echo(described(found))
    at = hour.time() if hour else settings.digest_hour
    typer.echo(_say("set" if hour else "usual", at=f"{at:%H:%M}"))
