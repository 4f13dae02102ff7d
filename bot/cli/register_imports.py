"""`zoufang register update`, `imports` and `undo`: the same as in the office, for the operator."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.words import language, words
from core.texts import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.register.planning import Plan
    from bot.register.reading import Sent
    from bot.settings import Settings
    from storage.database import Database
    from storage.register_imports import Import

app = typer.Typer()


def _say(key: str, /, **values: object) -> str:
    return say(language(), f"enrol.cli.{key}", **values)


@app.command("update", help=_say("update"))
def _update(
    file: Annotated[Path, typer.Argument(help=words("help.register_file"))],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=words("help.dry_run"))] = False,
    ends_tags: Annotated[bool, typer.Option("--ends-tags", help=_say("ends_tags"))] = False,
) -> None:
    from bot.cli.opening import with_database

    content = file.read_bytes()

    async def update(settings: Settings, database: Database) -> None:
        sent = _sent(settings, database, file.name, content)
        planned = await _planned(database, sent, ends_tags=ends_tags)
        if not dry_run:
            await _take_in(settings, database, planned, (file.name, content), ends_tags=ends_tags)

    with_database(update)


@app.command("imports", help=_say("imports"))
def _imports() -> None:
    from bot.cli.opening import with_database

    async def show(settings: Settings, database: Database) -> None:
        from bot.cli.printing import table
        from bot.register.work import imports_of
        from storage.policy import OPERATOR

        async with database.reading(OPERATOR, "register import", "cli") as uow:
            found, _ = await imports_of(uow).latest(size=50)
        heads = [_say(f"head.{name}") for name in ("id", "at", "state", "file", "what")]
        table(heads, [_row(settings, one) for one in found])

    with_database(show)


@app.command("undo", help=_say("undo"))
def _undo(number: Annotated[int, typer.Argument(metavar="NUMBER", help=_say("number"))]) -> None:
    from bot.cli.opening import with_database

    async def undo(settings: Settings, database: Database) -> None:
        from bot.cli.errors import OperatorError
        from bot.ground import Grounds
        from bot.register.work import carry_on, imports_of
        from storage.policy import OPERATOR

        async with database.unit(OPERATOR, "register import", "cli") as uow:
            one = await imports_of(uow).one(number)
            if one is None or not await imports_of(uow).begin_undo(one):
                raise OperatorError("not_undoable", number=number)
            await uow.record("undo", f"import {number}")
        await carry_on(database, Grounds(settings).current, number)
        async with database.reading(OPERATOR, "register import", "cli") as uow:
            one = await imports_of(uow).one(number)
        assert one is not None
        typer.echo(_say("undone", number=number))
        if one.kept:
            typer.echo(_say("kept", codes=" ".join(one.kept)))

    with_database(undo)


def _sent(settings: Settings, database: Database, name: str, content: bytes) -> Sent:
    from bot.register.reading import read

    return read(name, content, database.clock.now().astimezone(settings.zone).date())


async def _planned(database: Database, sent: Sent, *, ends_tags: bool) -> Plan:
    """What the file would change, shown. Raises OperatorError if something is wrong with it."""
    from bot.cli.register_problems import show, stop_at
    from bot.register.applying import changes_of
    from bot.register.planning import plan
    from bot.register.work import scope_of
    from storage.policy import OPERATOR

    async with database.reading(OPERATOR, "register import", "cli") as uow:
        scope = await scope_of(uow, OPERATOR, ends_tags=ends_tags)
        planned = await plan(changes_of(uow), sent, scope)
    stop_at(planned.problems)
    if planned.hints:
        show(planned.hints)
    typer.echo(_counted(planned.counts))
    return planned


async def _take_in(
    settings: Settings,
    database: Database,
    planned: Plan,
    file: tuple[str, bytes],
    *,
    ends_tags: bool,
) -> None:
    from bot.ground import Grounds
    from bot.register.work import carry_on, chunks, imports_of
    from storage.policy import OPERATOR

    async with database.unit(OPERATOR, "register import", "cli") as uow:
        imports = imports_of(uow)
        number = await imports.keep(*file, ends_tags=ends_tags)
        await imports.begin(number, planned.counts, chunks(len(planned.homes)))
        await uow.record("confirm", f"import {number}")
    await carry_on(database, Grounds(settings).current, number)
    typer.echo(_say("updated", number=number))


def _counted(counts: Mapping[str, int]) -> str:
    told = [f"{say(language(), f'enrol.counts.{name}')} {n}" for name, n in counts.items()]
    return " · ".join(told)


def _row(settings: Settings, one: Import) -> tuple[str, ...]:
    at = (one.applied_at or one.sent_at).astimezone(settings.zone)
    told = {name: n for name, n in one.counts.items() if n}
    state = say(language(), f"enrol.state.{one.state}")
    return str(one.id), f"{at:%Y-%m-%d %H:%M}", state, one.name, _counted(told)
