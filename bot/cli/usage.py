"""What is wrong with a command line that could not be read, in one line."""

from __future__ import annotations

import typer

from bot.cli.words import words


def usage(error: typer.TyperException) -> str:
    """The line for an option or a command that is missing, unknown or badly written."""
    kind = type(error).__name__
    if kind == "NoSuchOption":
        return words("usage.unknown_option", name=getattr(error, "option_name", ""))
    parameter = getattr(error, "param", None)
    if parameter is not None:
        name = str(parameter.get_error_hint()).strip("'")
        return words("usage.missing" if kind == "MissingParameter" else "usage.bad", name=name)
    if isinstance(error, typer.BadParameter):
        return error.message
    context = getattr(error, "ctx", None)
    path = "zoufang" if context is None else str(context.command_path)
    return words("usage.unknown_command", path=path)
