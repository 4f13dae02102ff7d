"""Help pages in the language of the command line.

What a command says of itself is in the catalogues already. This is the rest: the words that typer
brings along, such as the titles of the panels. They are put in place when a page is about to be
shown, since loading what draws it takes a third of a second.
"""

from __future__ import annotations

import typer
from typer._click.core import Command
from typer._click.formatting import HelpFormatter
from typer.core import TyperGroup

from bot.cli.words import language
from core.texts import say


def speak(command: Command) -> None:
    """Let `command`, and all below it, show their help in the language of the command line."""
    command.context_class = _Context
    if isinstance(command, TyperGroup):
        for below in command.commands.values():
            speak(below)


def _say(key: str, /, **values: object) -> str:
    return say(language(), f"help_page.{key}", **values)


class _Usage(HelpFormatter):
    """Writes the line that begins with "Usage"."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, _say("usage") if prefix is None else prefix)


class _Context(typer.Context):
    """Asked for a formatter before anything of a help page is drawn."""

    formatter_class = _Usage

    def make_formatter(self) -> HelpFormatter:
        _panels()
        self._own_words()
        return super().make_formatter()

    def _own_words(self) -> None:
        command = self.command
        command.options_metavar = _say("some_options")
        if isinstance(command, TyperGroup):
            command.subcommand_metavar = _say("some_command")
        if asks := command.get_help_option(self):
            asks.help = _say("help")


def _panels() -> None:
    from typer import rich_utils

    from bot.cli.help_text import Folding, Kinds

    rich_utils.ARGUMENTS_PANEL_TITLE = _say("arguments")
    rich_utils.OPTIONS_PANEL_TITLE = _say("options")
    rich_utils.COMMANDS_PANEL_TITLE = _say("commands")
    rich_utils.REQUIRED_LONG_STRING = _say("required")
    rich_utils.DEFAULT_STRING = _say("default", value="{}")
    rich_utils.highlighter = Folding()
    rich_utils.types_highlighter = Kinds({kind: _say(kind) for kind in ("file", "text", "number")})
