"""`zoufang webhook`: other systems that are told what happens here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer

from bot.cli.words import language
from core.texts import say

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.database import Database
    from storage.webhooks import Standing, Webhook

REFUSED: Final = 2
FAILED: Final = 1
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_STATES: Final = ("queued", "delivered", "dead")


def _say(key: str, /, **values: object) -> str:
    return say(language(), f"webhooks.{key}", **values)


app = typer.Typer(no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help=_say("help.name"))]


@app.command("add", help=_say("help.add"))
def _add(
    name: Name,
    url: Annotated[str, typer.Argument(metavar="URL", help=_say("help.url"))],
    *,
    topics: Annotated[
        str, typer.Option(help=_say("help.topics"))
    ] = "submissions,obligations,register",
    area: Annotated[str | None, typer.Option(help=_say("help.area"))] = None,
    answers: Annotated[bool, typer.Option("--answers", help=_say("help.answers"))] = False,
    private: Annotated[bool, typer.Option("--private", help=_say("help.private"))] = False,
) -> None:
    from bot.cli.opening import with_database
    from bot.webhooks.signing import new_secret
    from storage.policy import OPERATOR

    wanted = _checked(name, url, topics, private=private)
    secret = new_secret()

    async def add(_settings: Settings, database: Database) -> None:
        async with database.unit(OPERATOR, "webhook add", "cli") as uow:
            if area is not None and await uow.areas.get(area) is None:
                _refuse("no_area", area=area)
            if not await uow.webhooks.add(
                name, url, secret, wanted, area=area, answers=answers, private=private
            ):
                _refuse("taken", name=name)
            await uow.record("webhook add", f"{name}:{area or '*'}")
        typer.echo(_say("say.added", name=name, secret=secret))
        if answers:
            typer.echo(_say("say.with_answers"), err=True)

    with_database(add)


@app.command("list", help=_say("help.list"))
def _list() -> None:
    from bot.cli.opening import with_database

    with_database(_show)


@app.command("remove", help=_say("help.remove"))
def _remove(name: Name) -> None:
    from bot.cli.opening import with_database
    from storage.policy import OPERATOR

    async def remove(_settings: Settings, database: Database) -> None:
        async with database.unit(OPERATOR, "webhook remove", "cli") as uow:
            if not await uow.webhooks.remove(name):
                _refuse("no_hook", name=name)
            await uow.record("webhook remove", name)
        typer.echo(_say("say.removed", name=name))

    with_database(remove)


@app.command("test", help=_say("help.test"))
def _test(name: Name) -> None:
    from bot.cli.opening import with_database

    async def ping(_settings: Settings, database: Database) -> str:
        from bot.webhooks.caller import call, session_for
        from bot.webhooks.content import PING, body
        from bot.webhooks.signing import headers
        from storage.policy import OPERATOR

        async with database.unit(OPERATOR, "webhook test", "cli") as uow:
            hook = await uow.webhooks.get(name)
        if hook is None:
            _refuse("no_hook", name=name)
        now = database.clock.now()
        told = body(PING, now, {})
        signed = headers(hook.secret, f"msg_{hook.id}_{PING}_{int(now.timestamp())}", now, told)
        async with session_for(hook) as session:
            return await call(session, hook, told, signed)

    error = with_database(ping)
    if error:
        typer.echo(_say("say.failed", name=name, error=_say(f"error.{error}")))
        raise typer.Exit(FAILED)
    typer.echo(_say("say.tested", name=name))


@app.command("retry", help=_say("help.retry"))
def _retry(name: Name) -> None:
    from bot.cli.opening import with_database
    from storage.policy import OPERATOR

    async def retry(_settings: Settings, database: Database) -> None:
        async with database.unit(OPERATOR, "webhook retry", "cli") as uow:
            if await uow.webhooks.get(name) is None:
                _refuse("no_hook", name=name)
            count = await uow.webhooks.retry(name)
            if count:
                await uow.record("webhook retry", name)
        typer.echo(_say("say.queued", n=count) if count else _say("say.no_retry"))

    with_database(retry)


def _checked(name: str, url: str, topics: str, *, private: bool) -> list[str]:
    """The topics; ends the command with a sentence where something is wrong."""
    from bot.webhooks.addresses import AddressError, check
    from storage.webhooks import TOPICS

    if not _NAME.fullmatch(name):
        _refuse("bad_name")
    wanted = [one.strip() for one in topics.split(",") if one.strip()]
    for one in wanted or [topics]:
        if one not in TOPICS:
            _refuse("bad_topic", topic=one)
    try:
        check(url, private=private)
    except AddressError as error:
        _refuse("bad_url", error=_say(f"error.{error.code}"))
    return list(dict.fromkeys(wanted))


def _refuse(key: str, **values: object) -> NoReturn:
    typer.echo(_say(f"say.{key}", **values), err=True)
    raise typer.Exit(REFUSED)


async def _show(settings: Settings, database: Database) -> None:
    from bot.cli.printing import table
    from storage.policy import OPERATOR

    async with database.unit(OPERATOR, "webhook list", "cli") as uow:
        hooks = await uow.webhooks.all()
        standings = await uow.webhooks.standings()
        dead = await uow.webhooks.dead(50)
    if not hooks:
        typer.echo(_say("say.none"))
        return
    heads = ("name", "url", "topics", "area", "answers", *_STATES, "error")
    table([_say(f"head.{key}") for key in heads], [_row(one, standings) for one in hooks])
    if dead:
        typer.echo(_say("say.dead"))
        table(
            [_say(f"head.{key}") for key in ("name", "event", "thing", "at", "attempts", "error")],
            [
                (
                    one.name,
                    one.event,
                    one.thing,
                    f"{one.at.astimezone(settings.zone):%Y-%m-%d %H:%M}",
                    str(one.attempts),
                    _say(f"error.{one.error}"),
                )
                for one in dead
            ],
        )


def _row(hook: Webhook, standings: Sequence[Standing]) -> tuple[str, ...]:
    own = {one.state: one for one in standings if one.webhook_id == hook.id}
    counts = (str(own[state].count) if state in own else "0" for state in _STATES)
    waiting = own.get("queued")
    error = _say(f"error.{waiting.error}") if waiting and waiting.error else ""
    return (
        hook.name,
        hook.url.partition("?")[0],  # what follows may be a secret
        " ".join(hook.topics),
        hook.area_code or "*",
        _say(f"yes.{str(hook.answers).lower()}"),
        *counts,
        error,
    )
