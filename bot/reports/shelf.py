"""The reports that there are: those that come with the program, and the county's own.

These stand in the folder ``reports`` of its tables. One with the id of a built-in report stands in
its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from bot.exports.shelf import Problem, parsed
from bot.reports.definition import Report

LIBRARY: Final = Path(__file__).parent / "library"
OWN: Final = "reports"


def read_all(exports: Path | None) -> tuple[Mapping[str, Report], Sequence[Problem]]:
    """Every report by its id, and what is wrong with the files of others."""
    found: dict[str, Report] = {}
    problems: list[Problem] = []
    for file in _files(exports):
        made = parsed(file, Report)
        if isinstance(made, Report):
            found[made.id] = made
        else:
            problems += (replace(one, file=f"{OWN}/{one.file}") for one in made)
    return found, problems


def _files(exports: Path | None) -> Iterator[Path]:
    for folder in (LIBRARY, exports / OWN if exports else None):
        yield from sorted(folder.glob("*.toml")) if folder and folder.is_dir() else ()
