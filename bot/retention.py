"""How long records are kept, by the classes of a settings file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.settings_error import SettingsError
from core.months import months_before


class RetentionClass(BaseModel):
    """For how many months after a case was last heard of, 0 for good, and who says so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    months: int = Field(ge=0)
    source: str = Field(min_length=1)


class Told(BaseModel):
    """For how many days reminders are kept after their duty ended, and who says so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: int = Field(ge=60)  # the burden meter looks eight weeks back
    source: str = Field(min_length=1)


class _File(BaseModel):
    """Classes by name; the class of forms by form id; that of forms that name none; and how long
    reminders are kept, for good if it does not say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    other: str
    classes: dict[str, RetentionClass] = Field(min_length=1)
    forms: dict[str, str] = {}
    reminders: Told | None = None


@dataclass(frozen=True, slots=True)
class Retention:
    """The classes, and which form is of which. `forms` of the file go before what a form says.
    `reminders` are kept for so many days after their duty ended; None: for good."""

    classes: Mapping[str, RetentionClass]
    forms: Mapping[str, str]
    other: str
    reminders: int | None = None

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
            if name not in found.classes:
                raise SettingsError("bad_file", file=str(file), where=name)
        days = found.reminders.days if found.reminders else None
        return cls(found.classes, found.forms, found.other, days)

    def class_of(self, form_id: str, declared: str) -> str:
        """The class of a form that names the class `declared`, '' for none."""
        return self.forms.get(form_id) or declared or self.other

    def months(self, form_id: str, declared: str) -> int | None:
        """For how many months records of a form are kept; None for good, as for a class that the
        file does not have: nothing is emptied by a slip of the pen."""
        found = self.classes.get(self.class_of(form_id, declared))
        return found.months or None if found else None

    def unknown(self, declared: Mapping[str, str]) -> Mapping[str, str]:
        """Those of the forms whose class the file does not have, each with the class."""
        named = {form_id: self.class_of(form_id, said) for form_id, said in declared.items()}
        return {form_id: name for form_id, name in named.items() if name not in self.classes}

    def last_days(self, declared: Mapping[str, str], today: date) -> dict[str, date]:
        """By form id the last day that is no longer kept; forms that are kept for good are left
        out. `declared` gives the class that each form names."""
        days = {}
        for form_id, said in declared.items():
            if (months := self.months(form_id, said)) is not None:
                days[form_id] = months_before(today, months)
        return days
