"""How long records are kept, by the classes of a settings file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.settings_error import SettingsError
from core.months import months_before
from storage.ending_drafts import USUAL, DraftTerm


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


class Drafts(BaseModel):
    """For how many days a draft is kept that nobody goes on with, how many days before that its
    person is told, and who says so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: int = Field(ge=2)
    told_before: int = Field(ge=1)
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _is_told_in_time(self) -> Self:
        if self.told_before >= self.days:
            raise ValueError("told_before")
        return self

    @property
    def term(self) -> DraftTerm:
        """The same as drafts are kept by."""
        return DraftTerm(timedelta(days=self.days), timedelta(days=self.told_before))


class _File(BaseModel):
    """Classes by name; the class of forms by form id; that of forms that name none; how long
    reminders are kept, for good if it does not say; and how long drafts are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    other: str
    classes: dict[str, RetentionClass] = Field(min_length=1)
    forms: dict[str, str] = {}
    reminders: Told | None = None
    drafts: Drafts | None = None


@dataclass(frozen=True, slots=True)
class Retention:
    """The classes, and which form is of which. `forms` of the file go before what a form says.
    `reminders` are kept for so many days after their duty ended; None: for good. `drafts` go, and
    are told of, by a term of their own."""

    classes: Mapping[str, RetentionClass]
    forms: Mapping[str, str]
    other: str
    reminders: int | None = None
    drafts: DraftTerm = USUAL

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
        drafts = found.drafts.term if found.drafts else USUAL
        return cls(found.classes, found.forms, found.other, days, drafts)

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
