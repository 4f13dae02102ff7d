"""The days of festivals, and the first day of the summer heat, by year."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).parent / "festivals.toml"


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    table: Mapping[str, Mapping[str, str]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return table


FESTIVALS: Final = tuple(_table())
"""The names of those that are known."""


def festival(name: str, year: int) -> date | None:
    """Its day in a year; None for a year that the table does not reach.

    Raises KeyError for a name that there is not.
    """
    days = _table()[name]
    found = days.get(str(year)) or days.get("every_year")
    return date.fromisoformat(f"{year}-{found}") if found else None
