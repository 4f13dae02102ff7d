"""`zoufang submissions`: finished records, to read and to hand on. Each look is in the audit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.words import words

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.database import Database
    from storage.submissions import Filter, Record, Version
    from storage.unit import UnitOfWork

app = typer.Typer(no_args_is_help=True)

FormId = Annotated[str | None, typer.Option("--form", help=words("help.form"))]
AreaCode = Annotated[str | None, typer.Option("--area", help=words("help.below_area"))]
Since = Annotated[str | None, typer.Option("--since", help=words("help.since"))]
Until = Annotated[str | None, typer.Option("--until", help=words("help.until"))]


@app.command("list", help=words("help.submissions_list"))
def _list(
    form: FormId = None,
    area: AreaCode = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, help=words("help.limit"))] = 50,
    *,
    former: Annotated[bool, typer.Option("--former", help=words("help.former_listed"))] = False,
) -> None:
    from dataclasses import replace

    from bot.cli.opening import with_database

    which = replace(_filter(form, area, since, until), superseded=former)

    async def show(settings: Settings, database: Database) -> None:
        await _show_list(settings, database, which, limit)

    with_database(show)


@app.command("show", help=words("help.submissions_show"))
def _show(
    record: Annotated[str, typer.Argument(help=words("help.record"))],
    *,
    former: Annotated[bool, typer.Option("--former", help=words("help.former_shown"))] = False,
) -> None:
    from bot.cli.opening import with_database

    async def show(settings: Settings, database: Database) -> None:
        await _show_record(settings, database, record, former=former)

    with_database(show)


@app.command("export", help=words("help.submissions_export"))
def _export(
    file: Annotated[Path, typer.Argument(help=words("help.export_file"))],
    form: FormId = None,
    area: AreaCode = None,
    since: Since = None,
    until: Until = None,
) -> None:
    from bot.cli.export import export
    from bot.cli.opening import with_database
    from storage.policy import OPERATOR

    which = _filter(form, area, since, until)

    async def write(settings: Settings, database: Database) -> None:
        from bot.cli.printing import progress

        with progress(words("export.writing")) as told:
            async with database.unit(OPERATOR, "submissions export", "cli") as uow:
                count = await export(uow, which, file, settings.zone, told)
                await uow.record("export", f"{_scope(which)} {count}")
        typer.echo(words("export.done", n=count, file=file))

    with_database(write)


def _filter(form: str | None, area: str | None, since: str | None, until: str | None) -> Filter:
    from bot.cli.days import day
    from storage.submissions import Filter

    return Filter(form, area, day("--since", since), day("--until", until))


def _scope(which: Filter) -> str:
    parts = (which.form_id, which.area, which.since, which.until)
    return " ".join(str(part) if part else "*" for part in parts)[:80]


async def _show_list(settings: Settings, database: Database, which: Filter, limit: int) -> None:
    from bot.cli.printing import table
    from storage.policy import OPERATOR

    async with database.unit(OPERATOR, "submissions list", "cli") as uow:
        records = await uow.submissions.list(which, limit)
        await uow.record("list", _scope(which))
    keys = ["record", "visit_date", "entered", "form", "subject", "area", "author", "outcome"]
    keys += ["replaces", *(["state"] if which.superseded else [])]
    table(
        [words(f"head.{key}") for key in keys],
        [
            (
                _short(record.instance_id),
                record.visit_date.isoformat(),
                f"{record.entered_at.astimezone(settings.zone):%Y-%m-%d %H:%M}",
                record.form_id,
                record.subject_code or "",
                record.area_code,
                author,
                record.outcome or "",
                _short(record.deprecated_id or ""),
                *([words(f"record_state.{record.state}")] if which.superseded else []),
            )
            for record, author in records
        ],
    )


async def _show_record(
    settings: Settings, database: Database, record_id: str, *, former: bool
) -> None:
    """The version of the record that stands, whichever version is named; that very one if
    `former`."""
    from bot.cli.errors import OperatorError
    from storage.policy import OPERATOR

    async with database.unit(OPERATOR, "submissions show", "cli") as uow:
        found = await uow.submissions.get(record_id)
        if found is None:
            raise OperatorError("no_such_record", record=record_id)
        versions = await uow.submissions.versions(found[0].instance_id)
        if not former:
            found = await uow.submissions.get(versions[-1].instance_id) or found
        await uow.record("show", found[0].instance_id)
        _print_head(settings, *found)
        _print_versions(settings, versions, found[0].instance_id)
        await _print_answers(uow, found[0])


def _print_head(settings: Settings, record: Record, author: str) -> None:
    entered = record.entered_at.astimezone(settings.zone)
    for key, value in (
        ("record", record.instance_id),
        ("form", f"{record.form_id} {record.form_version}"),
        ("subject", record.subject_code or ""),
        ("area", record.area_code),
        ("author", author),
        ("visit_date", record.visit_date.isoformat()),
        ("entered", f"{entered:%Y-%m-%d %H:%M}"),
        ("state", words(f"record_state.{record.state}")),
    ):
        if value:
            typer.echo(f"{words(f'head.{key}')}: {value}")


def _print_versions(settings: Settings, versions: Sequence[Version], shown: str) -> None:
    """The other versions of the record, oldest first."""
    for one in versions:
        if one.instance_id != shown:
            entered = one.entered_at.astimezone(settings.zone)
            key = "former" if one.state == "superseded" else "replaced_by"
            told = {"record": one.instance_id, "entered": f"{entered:%Y-%m-%d %H:%M}"}
            typer.echo(words(f"record_versions.{key}", **told))


def _short(instance_id: str) -> str:
    return instance_id.removeprefix("uuid:")[:8]


async def _print_answers(uow: UnitOfWork, record: Record) -> None:
    from bot.cli.printing import table
    from bot.cli.words import language
    from bot.record_view import RecordView
    from handlers.shelf import Shelf

    shelved = await Shelf().get(uow, record.form_sha256)
    lines = list(RecordView(shelved.form, language()).lines(record.answers))
    heads = [words(f"head.{key}") for key in ("question", "answer", "name_of")]
    table(heads, [(one.label, one.value, one.name) for one in lines if one.label])
    calculated = [(one.name, one.value) for one in lines if not one.label]
    if calculated:
        table([words("head.calculated"), words("head.value")], calculated)
