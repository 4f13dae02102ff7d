"""What is wrong with a register file, as a table: sheet, row, column, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.cli.words import language, words

if TYPE_CHECKING:
    from bot.register.tables import Problem


def stop_at(problems: Sequence[Problem]) -> None:
    """Show every problem where it stands, and end the command if there are any. Raises
    OperatorError."""
    from bot.cli.errors import OperatorError

    if problems:
        show(problems)
        raise OperatorError("nothing_imported", problems=len(problems))


def show(problems: Sequence[Problem]) -> None:
    """Show problems in the order of the file."""
    from bot.cli.printing import table

    heads = [words(f"head.{key}") for key in ("sheet", "row", "column", "title", "problem")]
    ordered = sorted(problems, key=lambda one: (one.sheet, one.row, one.place))
    table(heads, [_row(one) for one in ordered])


def _row(one: Problem) -> tuple[str, ...]:
    speaks = language()
    return one.sheet, str(one.row), one.letter, one.heading(speaks), one.sentence(speaks)
