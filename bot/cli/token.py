"""`zoufang token`: what lets programs in: ODK Collect on a worker's phone, and who reads along."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.words import language
from core.texts import say

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.database import Database


def _say(key: str, /, **values: object) -> str:
    return say(language(), f"token.{key}", **values)


app = typer.Typer(no_args_is_help=True)

Days = Annotated[int, typer.Option(min=1, max=3650, help=_say("help.days"))]


@app.command("collect", help=_say("help.collect"))
def _collect(
    code: Annotated[str, typer.Argument(metavar="ACCOUNT", help=_say("help.account"))],
    days: Days = 365,
    qr: Annotated[Path | None, typer.Option("--qr", metavar="FILE", help=_say("help.qr"))] = None,
) -> None:
    from bot.cli.opening import with_database
    from bot.cli.staff_accounts import existing
    from bot.openrosa import address
    from storage.policy import OPERATOR

    _check_picture(qr)

    async def issue(settings: Settings, database: Database) -> None:
        async with database.unit(OPERATOR, "token collect", "cli") as uow:
            account = await existing(uow, code)
            try:
                token = await uow.tokens.for_worker(account.id, timedelta(days))
            except (LookupError, PermissionError):
                typer.echo(_say("say.no_worker", code=account.code), err=True)
                raise typer.Exit(2) from None
            await uow.record("token collect", account.code)
        url = address(settings.base_url, token)
        typer.echo(_say("say.collect", url=url, days=days))
        _show_code(url, account.code, qr)

    with_database(issue)


def _check_picture(qr: Path | None) -> None:
    """End the command, before a token is made, if the picture can't be written."""
    from bot.openrosa.settings_code import SUFFIXES

    if qr is not None and (qr.suffix.lower() not in SUFFIXES or qr.exists()):
        typer.echo(_say("say.no_picture", file=qr), err=True)
        raise typer.Exit(2)


def _show_code(url: str, code: str, qr: Path | None) -> None:
    """The QR code in a file, or on the terminal if there is one."""
    from bot.openrosa import settings_code

    project = _say("project", code=code)
    if qr is not None:
        settings_code.save(url, project, qr)
        typer.echo(_say("say.picture", file=qr))
    elif sys.stdout.isatty():
        settings_code.code(url, project).terminal(compact=True)


@app.command("add", help=_say("help.add"))
def _add(
    name: Annotated[str, typer.Argument(metavar="NAME", help=_say("help.name"))],
    area: Annotated[str, typer.Option(help=_say("help.area"))],
    files: Annotated[bool, typer.Option("--files", help=_say("help.files"))] = False,
    days: Days = 365,
) -> None:
    from bot.cli.opening import with_database
    from storage.policy import OPERATOR

    async def issue(_settings: Settings, database: Database) -> None:
        async with database.unit(OPERATOR, "token add", "cli") as uow:
            if await uow.areas.get(area) is None:
                typer.echo(_say("say.no_area", area=area), err=True)
                raise typer.Exit(2)
            token = await uow.tokens.for_service(name[:64], area, files=files, life=timedelta(days))
            await uow.record("token add", f"{name[:64]}:{area}")
        typer.echo(_say("say.added", token=token, days=days))

    with_database(issue)


@app.command("list", help=_say("help.list"))
def _list() -> None:
    from bot.cli.opening import with_database

    with_database(_show)


@app.command("revoke", help=_say("help.revoke"))
def _revoke(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help=_say("help.number"))],
) -> None:
    from bot.cli.opening import with_database
    from storage.policy import OPERATOR

    async def revoke(_settings: Settings, database: Database) -> None:
        async with database.unit(OPERATOR, "token revoke", "cli") as uow:
            done = await uow.tokens.revoke(number)
            if done:
                await uow.record("token revoke", str(number))
        typer.echo(_say("say.revoked" if done else "say.no_token", number=number))

    with_database(revoke)


async def _show(settings: Settings, database: Database) -> None:
    from bot.cli.printing import table
    from storage.policy import OPERATOR

    async with database.unit(OPERATOR, "token list", "cli") as uow:
        found = await uow.tokens.all()
        now = uow.now
    heads = ("number", "kind", "name", "area", "used", "expires", "state")
    table(
        [_say(f"head.{key}") for key in heads],
        [
            (
                str(one.id),
                _say(f"kind.{'files' if one.files else one.kind}"),
                one.name,
                one.area_code,
                f"{one.last_used_at.astimezone(settings.zone):%Y-%m-%d}"
                if one.last_used_at
                else "—",
                f"{one.expires_at.astimezone(settings.zone):%Y-%m-%d}",
                _say(f"state.{one.standing(now)}"),
            )
            for one in found
        ],
    )
