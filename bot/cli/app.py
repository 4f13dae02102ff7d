"""All commands under one name, and what becomes of their errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from bot.cli import (
    audit,
    backup,
    db,
    demo,
    doctor,
    exports,
    forms_shelf,
    outbox,
    pension,
    push,
    register,
    retention,
    rules,
    staff,
    submissions,
    telegram,
    tick,
    token,
    vault,
    webhook,
)
from bot.cli.errors import INTERRUPTED, STATUS, refuse
from bot.cli.typer_words import speak
from bot.cli.usage import usage
from bot.cli.words import language, words
from core.texts import say

app = typer.Typer(help=words("help.zoufang"), no_args_is_help=True, add_completion=False)
app.add_typer(demo.app, name="demo", help=words("help.demo"))
app.add_typer(forms_shelf.forms_app, name="forms", help=words("help.forms"))
app.add_typer(staff.app, name="staff", help=words("help.staff"))
app.add_typer(register.app, name="register", help=words("help.register"))
app.add_typer(submissions.app, name="submissions", help=words("help.submissions"))
app.add_typer(exports.app, name="export", help=say(language(), "exports.help.export"))
app.add_typer(rules.app, name="rules", help=say(language(), "rulebook.help.rules"))
app.add_typer(outbox.app, name="outbox", help=words("help.outbox"))
app.add_typer(push.app, name="push", help=say(language(), "push.help.push"))
app.add_typer(pension.app, name="pension", help=say(language(), "pensionfile.help.pension"))
app.add_typer(audit.app, name="audit", help=say(language(), "audit.help.audit"))
app.add_typer(token.app, name="token", help=say(language(), "token.help.token"))
app.add_typer(webhook.app, name="webhook", help=say(language(), "webhooks.help.webhook"))
app.add_typer(vault.app, name="vault", help=say(language(), "vault.help.vault"))
app.add_typer(retention.app, name="hold", help=say(language(), "rights.purge.help.hold"))
app.add_typer(db.app, name="db", help=words("help.db"))
app.add_typer(telegram.app, name="telegram", help=words("help.telegram"))


app.command("doctor", help=words("help.doctor"))(doctor.doctor)
app.command("backup", help=say(language(), "backup.help.backup"))(backup.backup)
app.command("restore", help=say(language(), "backup.help.restore"))(backup.restore)
app.command("purge", help=say(language(), "rights.purge.help.purge"))(retention.purge)
app.command("tick", help=say(language(), "tick.help"))(tick.tick)


@app.callback()
def _every_command(
    lang: Annotated[
        str | None, typer.Option("--lang", metavar="zh|en", help=words("help.lang"))
    ] = None,
) -> None:
    if lang not in (None, "zh", "en"):
        raise typer.BadParameter(words("usage.bad", name="--lang"))


@app.command("run", help=words("help.run"))
def _run() -> None:
    from bot.cli.starting import serve

    serve()


@app.command("version", help=words("help.version"))
def _version() -> None:
    from importlib.metadata import version

    typer.echo(f"zoufang {version('zoufang')}")


def run(arguments: Sequence[str]) -> int:
    """Run one command; the exit status. An operator's error is one line on stderr."""
    command = typer.main.get_command(app)
    speak(command)
    try:
        status = command.main(list(arguments), prog_name="zoufang", standalone_mode=False)
    except typer.Abort:
        return INTERRUPTED
    except typer.TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            typer.echo(str(error), err=True)
        else:
            typer.echo(usage(error), err=True)
        return STATUS
    except Exception as error:
        return refuse(error)
    return status if isinstance(status, int) else 0
