"""What a report counts, as its TOML file says. docs/reports.md tells how to write one."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from bot.exports.definition import AREA, RECORD, SUBJECT, Titles
from bot.exports.definition import Column as Shown

_FIELDS: Final = {"area": AREA, "subject": SUBJECT, "record": RECORD}
_PRIVATE: Final = frozenset({"name", "address", "phone", "id_number", "worker"})
"""Of these nothing is counted: a report tells of nobody, and compares no workers."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _source(text: str) -> str:
    room, _, field = text.partition(".")
    known = room == "answer" or field in _FIELDS.get(room, ())
    if not field or not known or (field in _PRIVATE and room != "answer"):
        raise PydanticCustomError("field_unknown", "{value}", {"value": text})
    return text


class Counted(_Data):
    """One column of a section: how many records answered one of `where`, by field; all of them
    without it. With `sum` what was answered to that question is added up instead."""

    titles: Titles
    where: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    sum: str = ""

    @model_validator(mode="after")
    def _known(self) -> Counted:
        for one in (*self.where, *([self.sum] if self.sum else [])):
            _source(one)
        return self


class Section(_Data):
    """A table of counts: a row for each value of the field `by`, in the order of the form, and a
    last one for all. Numbers fall into `bands`, which begin at these values."""

    titles: Titles
    by: str
    bands: tuple[int, ...] = ()
    columns: tuple[Counted, ...] = Field(min_length=1, max_length=12)
    where: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known(self) -> Section:
        for one in (self.by, *self.where):
            _source(one)
        if list(self.bands) != sorted(set(self.bands)):
            raise PydanticCustomError("bands", "{value}", {"value": str(self.bands)})
        return self


class Listed(_Data):
    """A table of single records, those that `where` names: such as what is to be put right."""

    titles: Titles
    columns: tuple[Shown, ...] = Field(min_length=1, max_length=12)
    where: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known(self) -> Listed:
        for one in (*self.where, *(column.source for column in self.columns)):
            _source(one)
        return self


class Report(_Data):
    """One report, of the records of a form in a period that is over. `task` is the task by whose
    record (form ``task_done``) the report counts as handed in. `write` are passages that a person
    writes by hand, and `sign` who signs."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
    titles: Titles
    form: str
    every: Literal["month", "quarter", "half_year", "year"]
    task: str = ""
    sections: tuple[Section, ...] = Field(min_length=1, max_length=20)
    lists: tuple[Listed, ...] = Field(default=(), max_length=5)
    write: tuple[Titles, ...] = ()
    sign: tuple[Titles, ...] = ()

    @property
    def asked(self) -> frozenset[str]:
        """The names of the questions whose answers are counted or listed."""
        used: list[str] = []
        for section in self.sections:
            used += (section.by, *section.where)
            used += (name for one in section.columns for name in (*one.where, one.sum))
        for listed in self.lists:
            used += (*listed.where, *(column.source for column in listed.columns))
        rooms = (name.partition(".") for name in used)
        return frozenset(field for room, _, field in rooms if room == "answer")
