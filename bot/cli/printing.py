"""Tables and progress bars in the terminal. Answers go to stdout, progress to stderr."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, TypeVar

Item = TypeVar("Item")
Told = Callable[[int, int], None]
"""Told how much is done, and of how much."""

_PIPE_WIDTH: Final = 200


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table; into a pipe it goes unbroken, so that it can be searched."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else _PIPE_WIDTH
    made = Table(box=SIMPLE_HEAD)
    for head in heads:
        made.add_column(head, overflow="fold")
    for row in rows:
        made.add_row(*(Text(cell) for cell in row))
    Console(width=width).print(made)


@contextmanager
def progress(title: str) -> Iterator[Told]:
    """A progress bar, if stderr is a terminal; what it yields is told how far the work is."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)

        def told(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield told


def counted(items: Sequence[Item], told: Told) -> Iterator[Item]:
    """The items one by one, while `told` hears how many have been taken."""
    for done, item in enumerate(items):
        told(done, len(items))
        yield item
    told(len(items), len(items))
