"""`zoufang forms`: check a form file, and try it out in the terminal."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.words import language
from core.texts import LANGUAGES, say

if TYPE_CHECKING:  # loaded only when a command needs it
    from forms import Interview
    from forms.intake import Intake


def _help(name: str) -> str:
    return say(language(), f"forms.help.{name}")


forms_app = typer.Typer(help=_help("forms"), no_args_is_help=True)

FormFile = Annotated[Path, typer.Argument(help=_help("file"))]
Language = Annotated[str | None, typer.Option("--lang", help=_help("lang"))]
Attachments = Annotated[list[Path] | None, typer.Option("--attachment", help=_help("attachment"))]


@forms_app.command("check", help=_help("check"))
def check(
    file: FormFile,
    *,
    lang: Language = None,
    attachment: Attachments = None,
    as_json: Annotated[bool, typer.Option("--json", help=_help("json"))] = False,
) -> None:
    """Report on a form; exit 0 if it is usable and 2 if it is refused."""
    from bot.cli import form_report

    taken = _take_in(file, attachment or [], quiet=as_json)
    if as_json:
        data = form_report.as_data(taken, file.name, _own(lang))
        typer.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        form_report.show(taken, file.name, _own(lang))
    raise typer.Exit(0 if taken.usable else 2)


@forms_app.command("try", help=_help("try"))
def try_form(
    file: FormFile,
    *,
    jsonl: Annotated[bool, typer.Option("--jsonl", help=_help("jsonl"))] = False,
    lang: Language = None,
    now: Annotated[str | None, typer.Option("--now", help=_help("now"))] = None,
    subject: Annotated[Path | None, typer.Option("--subject", help=_help("subject"))] = None,
    attachment: Attachments = None,
    seed: Annotated[int | None, typer.Option("--seed", help=_help("seed"))] = None,
) -> None:
    """Fill a form in; exit 0 when it was finished and 2 when it was not."""
    from rich.console import Console

    from bot.cli import form_report
    from bot.cli.try_form import TrialError, open_trial
    from bot.cli.try_terminal import run_terminal

    taken = _take_in(file, attachment or [], quiet=jsonl)
    if taken.form is None:
        form_report.show(taken, file.name, _own(lang), stderr=True)
        raise typer.Exit(2)
    wanted = lang or language()
    try:
        interview = open_trial(taken.form, wanted, now=now, facts=subject, seed=seed)
    except TrialError as error:
        typer.echo(say(_own(lang), f"forms.try.{error.code}", **error.values), err=True)
        raise typer.Exit(2) from None
    if jsonl:
        finished = _bench(interview, _own(lang))
    else:
        finished = run_terminal(interview, _own(lang), Console())
    _tell_faults(interview, _own(lang))
    raise typer.Exit(0 if finished else 2)


def _bench(interview: Interview, lang: str) -> bool:
    from bot.cli.try_bench import run_bench

    def write(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    for stream in (sys.stdin, sys.stdout):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(encoding="utf-8")
    return run_bench(interview, lang, sys.stdin, write)


def _tell_faults(interview: Interview, lang: str) -> None:
    """Expressions that failed on the way are the author's to know."""
    for path, code in dict.fromkeys((fault.path, fault.code) for fault in interview.faults):
        typer.echo(say(lang, "forms.try.fault", path=path, code=code), err=True)


def _own(lang: str | None) -> str:
    """Our own language for what is said beside the form."""
    return lang if lang in LANGUAGES else language()


def _take_in(file: Path, attachments: list[Path], *, quiet: bool) -> Intake:
    from rich.console import Console

    from forms.intake import intake

    data = file.read_bytes()
    given = {path.name: path.read_bytes() for path in attachments}
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        return intake(data, file.name, given)
    with console.status(say(language(), "forms.report.reading", file=file.name)):
        return intake(data, file.name, given)
