"""Reads a settings file: TOML that holds a list of one kind of entry."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from bot.settings_error import SettingsError

Entry = TypeVar("Entry", bound=BaseModel)


def entries(file: Path, name: str, kind: type[Entry]) -> tuple[Entry, ...]:
    """The entries ``[[name]]`` of `file`, in their order.

    Raises SettingsError ``no_file``, or ``bad_file`` with the entry and field that is wrong.
    """
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError("no_file", file=str(file)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError("bad_file", file=str(file), where=str(error)) from error
    found = table.pop(name, [])
    if table or not isinstance(found, list):
        where = next(iter(table), name)
        raise SettingsError("bad_file", file=str(file), where=where)
    return tuple(_entry(file, name, number, one, kind) for number, one in enumerate(found, 1))


def _entry(file: Path, name: str, number: int, one: object, kind: type[Entry]) -> Entry:
    try:
        return kind.model_validate(one)
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors()[0]["loc"])
        where = f"[[{name}]] {number} {field}".strip()
        raise SettingsError("bad_file", file=str(file), where=where) from error
