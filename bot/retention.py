"""How long records are kept, by the classes of a settings file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.settings_error import SettingsError


class _File(BaseModel):
    """Years by class, 0 for good; the class of forms by form id; that of all others."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    other: str
    years: dict[str, int] = Field(min_length=1)
    forms: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Retention:
    """For how many years the records of each form are kept after their case was last heard of."""

    years: Mapping[str, int]
    forms: Mapping[str, str]
    other: str

    @classmethod
    def read(cls, file: Path) -> Retention:
        """The classes in a file. Raises SettingsError ``no_file``, ``bad_file``."""
        try:
            found = _File.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
        except OSError as error:
            raise SettingsError("no_file", file=str(file)) from error
        except (ValidationError, ValueError) as error:
            raise SettingsError("bad_file", file=str(file), where=type(error).__name__) from error
        for name in (found.other, *found.forms.values()):
            if found.years.get(name, -1) < 0:
                raise SettingsError("bad_file", file=str(file), where=name)
        return cls(found.years, found.forms, found.other)

    def last_days(self, forms: Iterable[str], today: date) -> dict[str, date]:
        """By form id the last day that is no longer kept; forms that are kept for good are left
        out."""
        days = {}
        for form_id in set(forms):
            if years := self.years[self.forms.get(form_id, self.other)]:
                days[form_id] = _before(today, years)
        return days


def _before(day: date, years: int) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - years, day=28 if leap_day else day.day)
