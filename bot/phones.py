"""Whom to call, from a settings file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.settings_files import entries

Use = Literal["report", "office", "mood", "fraud", "pension"]


class Phone(BaseModel):
    """A number and whose it is, in both languages. `area` is a division code; empty is anywhere."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str = Field(pattern="^[0-9+ -]{3,20}$")
    use: tuple[Use, ...]
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    area: str = ""

    def name(self, language: str) -> str:
        """Whose number it is."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Phonebook:
    """Every number, in the order of the file."""

    phones: tuple[Phone, ...]

    @classmethod
    def read(cls, file: Path) -> Phonebook:
        """The entries ``[[phone]]`` of a file. Raises SettingsError."""
        return cls(entries(file, "phone", Phone))

    def of(self, use: str, area: str = "") -> tuple[Phone, ...]:
        """The numbers for a use, in the order in which they are to be called.

        `area` is where the person lives: numbers of other areas are left out.
        """
        return tuple(
            phone for phone in self.phones if use in phone.use and area.startswith(phone.area)
        )
