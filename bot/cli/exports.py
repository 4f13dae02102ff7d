"""`zoufang export`: tables for other offices, laid out by files of data (docs/exports.md)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.words import language
from core.texts import say

if TYPE_CHECKING:
    from bot.exports.definition import Definition
    from bot.exports.making import Asked
    from bot.exports.shelf import Problem
    from bot.settings import Settings
    from storage.database import Database

app = typer.Typer(no_args_is_help=True)


def _say(key: str, /, **values: object) -> str:
    return say(language(), f"exports.{key}", **values)


@app.command("list", help=_say("help.list"))
def _list() -> None:
    from bot.cli.printing import table
    from bot.exports.shelf import read_all
    from bot.settings import from_environment

    found, problems = read_all(from_environment().exports)
    heads = [_say(f"head.{name}") for name in ("id", "title", "source", "columns", "schedule")]
    table(heads, [_row(one) for one in found.values()])
    _tell(problems)


def _row(one: Definition) -> Sequence[str]:
    every = _say(f"every.{one.schedule.every}") if one.schedule else ""
    source = one.form or _say(f"source.{one.source}")
    return one.id, one.titles.of(language()), source, str(len(one.columns)), every


@app.command("check", help=_say("help.check"))
def _check(
    files: Annotated[list[Path] | None, typer.Argument(help=_say("help.files"))] = None,
) -> None:
    from bot.cli.opening import with_database
    from bot.exports.checking import misfits, report_misfits
    from bot.exports.shelf import read, read_all
    from bot.reports.shelf import read_all as read_reports
    from storage.policy import OPERATOR

    async def look(settings: Settings, database: Database) -> tuple[int, list[Problem]]:
        found, problems = read(files) if files else read_all(settings.exports)
        reports, faults = ({}, ()) if files else read_reports(settings.exports)
        wrong = [*problems, *faults]
        async with database.reading(OPERATOR, "export check", "cli") as uow:
            for one in found.values():
                wrong += [problem async for problem in misfits(uow, one)]
            for report in reports.values():
                wrong += [problem async for problem in report_misfits(uow, report)]
        return len(found) + len(reports), wrong

    count, wrong = with_database(look)
    _tell(wrong)
    if wrong:
        raise typer.Exit(1)
    typer.echo(_say("checked", n=count))


@app.command("run", help=_say("help.run"))
def _run(
    name: Annotated[str, typer.Argument(help=_say("help.id"))],
    file: Annotated[Path, typer.Argument(help=_say("help.file"))],
    area: Annotated[str | None, typer.Option("--area", help=_say("help.area"))] = None,
    since: Annotated[str | None, typer.Option("--from", help=_say("help.from"))] = None,
    until: Annotated[str | None, typer.Option("--to", help=_say("help.to"))] = None,
) -> None:
    from bot.cli.days import day
    from bot.cli.opening import with_database
    from bot.exports.making import Asked

    asked = Asked(file, area, day("--from", since), day("--to", until), language())

    async def write(settings: Settings, database: Database) -> int:
        return await _write(settings, database, name, asked)

    typer.echo(_say("done", n=with_database(write), file=file))


async def _write(settings: Settings, database: Database, name: str, asked: Asked) -> int:
    from bot.cli.printing import progress
    from bot.exports.making import Caller, ExportError, make
    from bot.exports.shelf import read_all
    from bot.ground import Grounds
    from storage.policy import OPERATOR

    found, problems = read_all(settings.exports)
    if name not in found:
        _tell(problems)
        raise ExportError("no_such_table", name=name)
    caller = Caller(OPERATOR, "cli")
    ground = Grounds(settings).current() if found[name].source == "obligations" else None
    with progress(_say("writing")) as told:
        return await make(database, caller, found[name], asked, ground=ground, told=told)


@app.command("open", help=_say("help.open"))
def _open(
    sealed: Annotated[Path, typer.Argument(help=_say("help.sealed"))],
    file: Annotated[Path, typer.Argument(help=_say("help.plain"))],
) -> None:
    from bot.cli.errors import OperatorError
    from bot.exports.sealing import unseal
    from bot.settings import from_environment
    from storage import key_file, vault

    if file.exists():
        raise OperatorError("file_exists", file=file)
    settings = from_environment()
    key = settings.key.get_secret_value() if settings.key else None
    vault.use(key_file.load(settings.key_file, key))
    unseal(sealed, file)
    typer.echo(_say("opened", file=file))


@app.command("overlaps", help=_say("help.overlaps"))
def _overlaps() -> None:
    from bot.cli.opening import with_database
    from bot.cli.printing import table
    from bot.exports.overlaps import Overlap, overlaps
    from bot.exports.reading import load
    from storage.policy import OPERATOR

    async def look(settings: Settings, database: Database) -> Sequence[Overlap]:
        async with database.reading(OPERATOR, "export overlaps", "cli") as uow:
            offered = await uow.forms.offered()
            forms = {one.form_id: await load(uow, one.sha256) for one in offered}
        return overlaps(forms, language())

    found = with_database(look)
    table(
        [_say(f"head.{name}") for name in ("question", "times", "where", "carried")],
        [
            (
                one.label,
                _say("asked_in", n=len(one.forms)),
                ", ".join(f"{place.form_id}.{place.name}" for place in one.places),
                _say("carried") if one.carried else "",
            )
            for one in found
        ],
    )


def _tell(problems: Iterable[Problem]) -> None:
    """One line on stderr for each fault."""
    for one in problems:
        where = f"{one.file}: {one.where}" if one.where else one.file
        typer.echo(f"{where}: {_say(f'problem.{one.code}', value=one.value)}", err=True)
