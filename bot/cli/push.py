"""`zoufang push`: what other servers have got of our records, and what did not get there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from bot.cli.words import language
from core.texts import say

if TYPE_CHECKING:
    from bot.push.targets import Target
    from bot.settings import Settings
    from storage.database import Database

ALL: Final = "all"
FAULTY: Final = 1
"""The exit status of a check that found something."""


def _say(key: str, /, **values: object) -> str:
    return say(language(), f"push.{key}", **values)


app = typer.Typer(no_args_is_help=True)


@app.command("list", help=_say("help.list"))
def _list() -> None:
    from bot.cli.opening import with_database

    with_database(_show)


@app.command("retry", help=_say("help.retry"))
def _retry(
    target: Annotated[str, typer.Argument(metavar="SERVER|all", help=_say("help.target"))],
) -> None:
    from bot.cli.opening import with_database
    from storage.policy import OPERATOR

    async def retry(settings: Settings, database: Database) -> None:
        name = None if target == ALL else target
        async with database.unit(OPERATOR, "push retry", "cli") as uow:
            count = await uow.pushes.retry(name)
            if count:
                await uow.record("push retry", target)
        typer.echo(_say("say.queued", n=count) if count else _say("say.no_retry"))

    with_database(retry)


@app.command("check", help=_say("help.check"))
def _check() -> None:
    import asyncio

    from bot import settings as all_settings
    from bot.push import targets

    found = targets.read(all_settings.from_environment().push)
    if not found:
        typer.echo(_say("say.none"))
    faults = [asyncio.run(_fault(one)) for one in found]
    if any(faults):
        raise typer.Exit(FAULTY)


async def _fault(target: Target) -> bool:
    """Ask one server; say how it stands."""
    from bot.push.client import Client, Refusal, session_for
    from bot.push.pusher import trouble
    from core.clock import SystemClock

    async with session_for(target) as session:
        try:
            await Client(target, session, SystemClock()).ask()
        except Refusal as refusal:
            error = _say(f"error.{trouble(refusal).error}")
            typer.echo(_say("say.unreachable", target=target.id, error=error))
            return True
    typer.echo(_say("say.reachable", target=target.id))
    return False


async def _show(settings: Settings, database: Database) -> None:
    from bot.cli.printing import table
    from storage.policy import OPERATOR

    async with database.unit(OPERATOR, "push list", "cli") as uow:
        standings = await uow.pushes.standings()
        troubles = await uow.pushes.troubles(50)
    if not standings:
        typer.echo(_say("say.nothing" if settings.push else "say.none"))
        return
    table(
        [_say(f"head.{key}") for key in ("target", "state", "count")],
        [(one.target, _say(f"state.{one.state}"), str(one.count)) for one in standings],
    )
    if troubles:
        table(
            [_say(f"head.{key}") for key in ("target", "record", "state", "error", "attempts")],
            [
                (
                    one.target,
                    one.instance_id,
                    _say(f"state.{one.state}"),
                    _say(f"error.{one.error}"),
                    str(one.attempts),
                )
                for one in troubles
            ],
        )
