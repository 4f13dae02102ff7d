"""Days as they are written on the command line."""

from __future__ import annotations

from datetime import date

from bot.cli.errors import OperatorError


def day(option: str, text: str | None) -> date | None:
    """The day that an option names, None without one. Raises OperatorError ``bad_day``."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise OperatorError("bad_day", option=option) from error
