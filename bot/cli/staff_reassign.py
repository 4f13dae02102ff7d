"""`zoufang staff reassign`: all that one worker has goes to another."""

from __future__ import annotations

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
    return say(language(), f"supervise.reassign.{key}", **values)


@app.command("reassign", help=_say("help"))
def _reassign(
    former: Annotated[str, typer.Argument(metavar="FROM", help=_say("from_help"))],
    successor: Annotated[str, typer.Argument(metavar="TO", help=_say("to_help"))],
    area: Annotated[str, typer.Option(help=_say("area_help"))] = "",
) -> None:
    from bot.cli.opening import with_database

    async def reassign(settings: Settings, database: Database) -> None:
        await _hand_over(database, former, successor, area)

    with_database(reassign)


async def _hand_over(database: Database, former: str, successor: str, area: str) -> None:
    from bot.cli.errors import OperatorError
    from storage.policy import OPERATOR
    from storage.reassigning import Reassigning

    async with database.unit(OPERATOR, "staff reassign", "cli") as uow:
        old, new = await existing(uow, former), await existing(uow, successor)
        if not new.active:
            raise OperatorError("account_closed", code=new.code)
        if area and await uow.areas.get(area) is None:
            raise OperatorError("no_such_area", area=area)
        moved = await Reassigning(uow.connection, uow.actor, uow.now).hand_over(
            old.id, new.id, area
        )
        await uow.record("hand_over", f"{old.code}:{new.code}:{area}")
    typer.echo(described(old))
    typer.echo(_say("arrow", to=described(new)))
    typer.echo(_say("done", n=moved.duties, homes=moved.households))
    if moved.stay:
        typer.echo(say(language(), "supervise.give.stayed", former=old.code, n=moved.stay))
    if moved.drafts:
        typer.echo(_say("drafts", code=old.code))
    for one in moved.drafts:
        day = one.updated_at.astimezone(database.zone).date()
        typer.echo(f"  {day}  {one.form_id}  {one.subject_code}")
