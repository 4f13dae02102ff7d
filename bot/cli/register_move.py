"""`zoufang register move`: a household moves to another area, with what it is owed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.words import language
from core.texts import say

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.database import Database

app = typer.Typer()


def _say(key: str, /, **values: object) -> str:
    return say(language(), f"moving.{key}", **values)


@app.command("move", help=_say("help"))
def _move(
    household: Annotated[str, typer.Argument(metavar="HOUSEHOLD", help=_say("household_help"))],
    area: Annotated[str, typer.Argument(metavar="AREA", help=_say("area_help"))],
) -> None:
    from bot.cli.opening import with_database

    async def move(settings: Settings, database: Database) -> None:
        await _relocate(settings, database, household, area)

    with_database(move)


async def _relocate(settings: Settings, database: Database, code: str, area: str) -> None:
    from bot.cli.errors import OperatorError
    from bot.ground import Grounds
    from scheduler.relocating import move_home
    from storage.policy import OPERATOR
    from storage.relocating import Relocating

    ground = Grounds(settings).current()
    async with database.unit(OPERATOR, "register move", "cli") as uow:
        relocating = Relocating(uow.connection, uow.now)
        home = await relocating.home(code)
        if home is None:
            raise OperatorError("no_such_household", code=code)
        if await uow.areas.get(area) is None:
            raise OperatorError("no_such_area", area=area)
        moves = home.former != area
        if moves:
            await move_home(uow, ground, home.id, area)
            await uow.record("move", f"{code}:{home.former}:{area}")
        duties = await relocating.open_duties(home.id)
    people = len(home.people)
    values = {"code": code, "former": home.former, "people": people, "duties": duties}
    typer.echo(_say("done" if moves else "same", area=area, **values))
