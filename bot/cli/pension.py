"""`zoufang pension`: accounts of the pension scheme from a file, all of them or none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.words import language
from core.texts import say

if TYPE_CHECKING:
    from bot.cli.pension_cells import Findings
    from bot.settings import Settings
    from storage.database import Database


def _say(key: str, /, **values: object) -> str:
    return say(language(), f"pensionfile.{key}", **values)


app = typer.Typer(no_args_is_help=True)


@app.command("template", help=_say("help.template"))
def _template(file: Annotated[Path, typer.Argument(help=_say("help.template_file"))]) -> None:
    from bot.cli.pension_template import write_template

    write_template(file)
    typer.echo(_say("template", file=file))


@app.command("import", help=_say("help.import"))
def _import(
    file: Annotated[Path, typer.Argument(help=_say("help.file"))],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_say("help.dry_run"))] = False,
) -> None:
    from bot.cli.opening import with_database

    async def enter(settings: Settings, database: Database) -> None:
        await _take(settings, database, file, dry_run)

    with_database(enter)


@app.command("check", help=say(language(), "pensionrules.help.check"))
def _check(
    files: Annotated[
        list[Path] | None, typer.Argument(help=say(language(), "pensionrules.help.files"))
    ] = None,
) -> None:
    from bot.cli.pension_check import check

    check(files or [])


async def _take(settings: Settings, database: Database, file: Path, dry_run: bool) -> None:
    from bot.cli.pension_rows import Rows
    from bot.cli.pension_taking import clear, take, tell
    from bot.cli.printing import progress
    from bot.pension_rules import PensionRules

    today = database.clock.now().astimezone(settings.zone).date()
    rows = Rows(PensionRules(settings.pension).current(), today)
    if not dry_run:
        await clear(database)
    with progress(_say("importing")) as bar:
        taken = await take(database, file, rows, dry_run=dry_run, told=lambda done: bar(done, done))
    _stop_at(taken.findings)
    if not dry_run:
        await tell(database, today)
    key = "checked" if dry_run else "imported"
    typer.echo(_say(key, accounts=taken.accounts, contributions=taken.contributions))


def _stop_at(findings: Findings) -> None:
    """Show every finding where it stands, and end the command if there are any."""
    from openpyxl.utils import get_column_letter

    from bot.cli.errors import STATUS
    from bot.cli.printing import table
    from bot.cli.words import words

    if not findings.count:
        return
    heads = [words(f"head.{key}") for key in ("sheet", "row", "column", "title", "problem")]
    ordered = sorted(findings.kept, key=lambda one: (one.sheet, one.row, one.place))
    table(
        heads,
        [
            (
                one.sheet,
                str(one.row),
                get_column_letter(one.place + 1),
                one.column.heading(language()) if one.column else "",
                _say(f"problem.{one.code}", **one.values),
            )
            for one in ordered
        ],
    )
    if more := findings.count - len(ordered):
        typer.echo(_say("more", n=more), err=True)
    typer.echo(_say("nothing", n=findings.count), err=True)
    raise typer.Exit(STATUS)
