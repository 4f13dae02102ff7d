"""`zoufang register`: households and people from a file, all of them or none."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import register_imports, register_move
from bot.cli.register_problems import stop_at
from bot.cli.words import language, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.register.rows import Entry
    from bot.register.tables import Problem
    from bot.settings import Settings
    from storage.database import Database
    from storage.register import NewHousehold
    from storage.unit import UnitOfWork

app = typer.Typer(no_args_is_help=True)
app.add_typer(register_move.app)
app.add_typer(register_imports.app)


@app.command("template", help=words("help.register_template"))
def _template(
    file: Annotated[Path, typer.Argument(help=words("help.template_file"))],
) -> None:
    from bot.cli import templates
    from bot.register.columns import PEOPLE
    from bot.register.template import lay_out

    headings = [column.heading(language()) for column in PEOPLE]
    templates.write(file, headings, partial(lay_out, language=language()))
    typer.echo(words("register.template", file=file))


@app.command("import", help=words("help.register_import"))
def _import(
    file: Annotated[Path, typer.Argument(help=words("help.register_file"))],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=words("help.dry_run"))] = False,
) -> None:
    from bot.cli.opening import with_database

    async def enter(settings: Settings, database: Database) -> None:
        await _import_file(settings, database, file, dry_run)

    with_database(enter)


@app.command("areas", help=words("help.register_areas"))
def _areas(file: Annotated[Path, typer.Argument(help=words("help.areas_file"))]) -> None:
    from bot.cli.opening import with_database

    async def enter(settings: Settings, database: Database) -> None:
        from bot.cli.register_areas import areas
        from bot.register.files import read
        from storage.policy import OPERATOR

        async with database.unit(OPERATOR, "register areas", "cli") as uow:
            known = {area.code for area in await uow.areas.all()}
            found, problems = areas(read(file), known)
            stop_at(problems)
            await uow.areas.put(found)
            await uow.record("import", f"areas {len(found)}")
        typer.echo(words("register.areas", n=len(found)))

    with_database(enter)


async def _import_file(settings: Settings, database: Database, file: Path, dry_run: bool) -> None:
    from bot.register.files import read
    from bot.register.rows import entries
    from storage.policy import OPERATOR

    today = database.clock.now().astimezone(settings.zone).date()
    found, problems = entries(read(file), today)
    async with database.unit(OPERATOR, "register import", "cli") as uow:
        found = await _placed(uow, found, problems)
        problems += await _against_register(uow, found)
        stop_at(problems)
        made = await _households(uow, found)
        if not dry_run:
            await _enter(uow, made)
    key = "register.checked" if dry_run else "register.imported"
    typer.echo(words(key, homes=len(made), people=len(found)))


async def _placed(uow: UnitOfWork, found: list[Entry], problems: list[Problem]) -> list[Entry]:
    """The rows with codes where names of areas stood; what is no area is added to `problems`."""
    from bot.register.places import entry_placed, names_of, no_such_area

    areas = await uow.areas.all()
    codes, names = {one.code for one in areas}, names_of(areas)
    rows = [entry_placed(one, names) for one in found]
    problems += [no_such_area(one, names) for one in rows if one.area and one.area not in codes]
    return rows


async def _against_register(uow: UnitOfWork, found: Sequence[Entry]) -> list[Problem]:
    from bot.register.households import conflicts, known_already

    areas = {area.code for area in await uow.areas.all()}
    numbers = {entry.resident_id.number for entry in found if entry.resident_id}
    return [
        *conflicts(found, areas),
        *known_already(
            found,
            await uow.register.known_codes("household", {entry.household for entry in found}),
            await uow.register.known_ids(numbers),
        ),
    ]


async def _households(uow: UnitOfWork, found: Sequence[Entry]) -> list[NewHousehold]:
    from bot.register.applying import fresh_codes
    from bot.register.households import households

    codes = await fresh_codes(uow, len(found))
    return households(found, codes.pop)


async def _enter(uow: UnitOfWork, made: Sequence[NewHousehold]) -> None:
    from bot.cli.printing import counted, progress

    with progress(words("register.importing")) as told:
        await uow.register.enter(counted(made, told), "import")
    await uow.record("import", f"households {len(made)}")
