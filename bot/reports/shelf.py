"""The reports that there are: those that come with the program, and the county's own.

These stand in the folder ``reports`` of its tables. One with the id of a built-in report stands in
its place.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from bot.reports.definition import Report

LIBRARY: Final = Path(__file__).parent / "library"
OWN: Final = "reports"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a file: `where` is the field."""

    file: str
    where: str
    message: str


def read_all(exports: Path | None) -> tuple[Mapping[str, Report], Sequence[Fault]]:
    """Every report by its id, and what is wrong with the files of others. Raises OSError."""
    found: dict[str, Report] = {}
    faults: list[Fault] = []
    for file in _files(exports):
        try:
            one = Report.model_validate(tomllib.loads(file.read_text(encoding="utf-8-sig")))
            found[one.id] = one
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            faults.append(Fault(file.name, "", str(error)))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            faults.append(Fault(file.name, where, first["msg"]))
    return found, faults


def _files(exports: Path | None) -> Iterator[Path]:
    for folder in (LIBRARY, exports / OWN if exports else None):
        yield from sorted(folder.glob("*.toml")) if folder and folder.is_dir() else ()
