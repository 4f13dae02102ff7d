"""`zoufang rules`: look at the visit rules, check them, put them into words, try them out."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.words import language
from core.texts import say

if TYPE_CHECKING:  # loaded only when a command needs it
    from bot.settings import Settings
    from scheduler.rulebook import Rulebook
    from storage.database import Database

FAULTY = 1
"""The exit status of a check that found something."""


def _say(key: str, /, **values: object) -> str:
    return say(language(), f"rulebook.{key}", **values)


def _help(name: str) -> str:
    return _say(f"help.{name}")


app = typer.Typer(no_args_is_help=True)

Day = Annotated[str | None, typer.Option("--on", help=_help("on"))]


@app.command("list", help=_help("list"))
def list_rules() -> None:
    """List the rules as they stand today; of those that hold no longer, the last version."""
    from bot.cli.printing import table

    settings = _settings()
    today = _today(settings)
    rows = []
    for line in _book(settings).lines:
        rule = line.in_force(today) or line.versions[-1]
        state = _say("state.on" if rule.on and rule.holds(today) else "state.off")
        name = f"{rule.id}@{rule.region}" if rule.region else rule.id
        status = say(language(), f"rules.status.{rule.status}")
        rows.append((name, rule.titles.of(language()), status, rule.source, state))
    table([_say(f"head.{name}") for name in ("rule", "title", "status", "source", "state")], rows)


@app.command("check", help=_help("check"))
def check(
    files: Annotated[list[Path] | None, typer.Argument(help=_help("files"))] = None,
) -> None:
    """Check the rules in force, or files together with them; exit 1 if there are faults."""
    from bot.cli.rules_forms import questions
    from bot.cli.rules_problems import fault
    from bot.rules import folders
    from scheduler.rule_problems import RulesError
    from scheduler.rulebook import Rulebook

    settings = _settings()
    asked = questions(settings)
    try:
        book = Rulebook.read(*folders(settings), *_present(files or []), forms=asked)
    except RulesError as error:
        for problem in error.problems:
            typer.echo(fault(problem))
        typer.echo(_say("faults", n=len(error.problems)))
        raise typer.Exit(FAULTY) from None
    if asked is None:
        typer.echo(_say("without_forms"), err=True)
    in_force = [line.in_force(_today(settings)) for line in book.lines]
    on = sum(rule is not None and rule.on for rule in in_force)
    typer.echo(_say("fine", n=len(book.lines), on=on))


def _present(files: list[Path]) -> list[Path]:
    for file in files:
        if not file.exists():
            raise FileNotFoundError(2, "", str(file))
    return files


@app.command("explain", help=_help("explain"))
def explain(
    rule: Annotated[str, typer.Argument(help=_help("rule"))],
    *,
    area: Annotated[str, typer.Option("--area", help=_help("area"))] = "",
    on: Day = None,
) -> None:
    """Put a rule into words, or all rules of a duty."""
    from bot import rules_explain
    from bot.rules import working_days

    settings = _settings()
    book = _book(settings)
    day = _day("--on", on) or _today(settings)
    wanted = rule.upper()
    names = sorted({one.id for one in book.rules if wanted in (one.id.upper(), one.row)})
    if not names:
        typer.echo(_say("unknown", rule=rule), err=True)
        raise typer.Exit(2)
    when = rules_explain.When(day, working_days(settings), settings.zone, language())
    texts = [rules_explain.text(book, name, area, when) for name in names]
    typer.echo("\n\n".join(text or _say("unknown", rule=rule) for text in texts))


@app.command("simulate", help=_help("simulate"))
def simulate(
    file: Annotated[Path, typer.Argument(help=_help("file"))],
    *,
    first: Annotated[str, typer.Option("--from", help=_help("from"))],
    last: Annotated[str, typer.Option("--to", help=_help("to"))],
    area: Annotated[str, typer.Option("--area", help=_help("area_below"))] = "",
) -> None:
    """Count what is owed with a rule file, and without it; write nothing."""
    from bot import rules_simulate
    from bot.cli import rules_simulated
    from bot.cli.opening import with_database
    from bot.cli.printing import progress
    from bot.rules import working_days
    from bot.rules_simulation import Stretch
    from storage.policy import OPERATOR

    settings = _settings()
    begins, ends = _day("--from", first), _day("--to", last)
    assert begins is not None and ends is not None
    if ends < begins:
        typer.echo(_say("backwards"), err=True)
        raise typer.Exit(2)
    (present,) = _present([file])
    before, after = rules_simulate.books(settings, present)
    stretch = Stretch(begins, ends, working_days(settings), settings.zone)

    async def count(settings: Settings, database: Database) -> None:
        with progress(_say("simulate.reading")) as told:
            outcome = await rules_simulate.simulate(
                partial(database.reading, OPERATOR, "rules simulate", "cli"),
                *(before, after, stretch),
                area=area,
                told=told,
            )
        rules_simulated.show(outcome, after, await _roles(database), stretch)

    with_database(count)


async def _roles(database: Database) -> dict[str, str]:
    """What the role of each account is called, by the account's code."""
    from storage.policy import OPERATOR

    async with database.reading(OPERATOR, "rules simulate", "cli") as uow:
        accounts = await uow.accounts.all()
    return {one.code: say(language(), f"chat.role.{one.role.value}") for one in accounts}


def _settings() -> Settings:
    from bot.settings import from_environment

    return from_environment()


def _book(settings: Settings) -> Rulebook:
    from bot.rules import shelf

    return shelf(settings).rulebook


def _today(settings: Settings) -> date:
    from core.clock import SystemClock

    return SystemClock().now().astimezone(settings.zone).date()


def _day(option: str, text: str | None) -> date | None:
    from bot.cli.errors import OperatorError

    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise OperatorError("bad_day", option=option) from error
