"""Dated numbers that forms read, from a settings file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from bot.settings_files import entries


class Parameter(BaseModel):
    """One number with the area (a division code, empty is everywhere) and the days, both ends
    included, for which it holds, and where it comes from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(pattern="^[a-z][a-z0-9_]*$")
    value: str
    valid_from: date
    valid_to: date | None = None
    area: str = ""
    source: str = Field(min_length=1)

    def holds(self, on: date, area: str) -> bool:
        """Whether it is in force on a day for an area."""
        in_time = self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
        return in_time and area.startswith(self.area)


@dataclass(frozen=True, slots=True)
class Parameters:
    """Every number ever in force."""

    all: tuple[Parameter, ...]

    @classmethod
    def read(cls, file: Path) -> Parameters:
        """The entries ``[[parameter]]`` of a file as it is now. Raises SettingsError."""
        try:
            found = file.stat()
        except OSError:
            return cls(entries(file, "parameter", Parameter))  # which says what is wrong
        return _read(file, found.st_mtime_ns, found.st_size)

    def on(self, day: date, area: str = "") -> dict[str, str]:
        """Values by key: the nearest area counts, and then the latest to come into force."""
        in_force = [one for one in self.all if one.holds(day, area)]
        in_force.sort(key=lambda one: (len(one.area), one.valid_from))
        return {one.key: one.value for one in in_force}


@lru_cache(maxsize=8)
def _read(file: Path, _changed: int, _size: int) -> Parameters:
    return Parameters(entries(file, "parameter", Parameter))
