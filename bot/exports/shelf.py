"""The tables that there are: those that come with the program, and the county's own."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from bot.exports.definition import Definition

LIBRARY: Final = Path(__file__).parent / "library"
_Kind = TypeVar("_Kind", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of a file. `where` is the field, `code` one of ``exports.problem.*``."""

    file: str
    where: str
    code: str
    value: str = ""


def read_all(folder: Path | None) -> tuple[Mapping[str, Definition], tuple[Problem, ...]]:
    """Every table by its id, in order, and what is wrong. The county's own stands in place of a
    built-in one of the same id."""
    found: dict[str, Definition] = {}
    problems: list[Problem] = []
    for place in (LIBRARY, folder):
        some, wrong = read(sorted(place.glob("*.toml")) if place else ())
        found |= some
        problems += wrong
    return dict(sorted(found.items())), tuple(problems)


def read(files: Iterable[Path]) -> tuple[dict[str, Definition], list[Problem]]:
    """The tables of these files by their ids, and what is wrong with the others."""
    found, problems = by_file(files)
    return {one.id: one for one in found.values()}, problems


def by_file(files: Iterable[Path]) -> tuple[dict[str, Definition], list[Problem]]:
    """The tables of these files by the files' names, and what is wrong with the others."""
    found: dict[str, Definition] = {}
    problems: list[Problem] = []
    for file in files:
        made = parsed(file, Definition)
        if isinstance(made, list):
            problems += made
        elif made.id in {one.id for one in found.values()}:
            problems.append(Problem(file.name, "id", "id_twice", made.id))
        else:
            found[file.name] = made
    return found, problems


def parsed(file: Path, kind: type[_Kind]) -> _Kind | list[Problem]:
    """What a file holds, or what is wrong with it."""
    try:
        return kind.model_validate(tomllib.loads(file.read_text(encoding="utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return [Problem(file.name, "", "not_toml", str(error))]
    except OSError as error:
        return [Problem(file.name, "", "unreadable", error.strerror or "")]
    except ValidationError as error:
        return [_problem(file, one) for one in error.errors(include_url=False)]


_CODES: Final = {"missing": "missing", "extra_forbidden": "unknown"}
_OURS: Final = frozenset(
    {"field_unknown", "form_missing", "form_unused", "column_misplaced", "column_unsealed"}
    | {"column_twice", "bands"}
)


def _problem(file: Path, error: Mapping[str, Any]) -> Problem:
    where = ".".join(str(one + 1) if isinstance(one, int) else str(one) for one in error["loc"])
    if error["type"] in _OURS:
        return Problem(file.name, where, error["type"], str(error["ctx"]["value"]))
    given = error["input"] if isinstance(error["input"], str | int | float | bool) else ""
    return Problem(file.name, where, _CODES.get(error["type"], "bad_value"), str(given)[:60])
