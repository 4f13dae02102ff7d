"""What a table is made of, as its TOML file says: whose rows, which columns, which period.

docs/exports.md tells how to write one.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from bot.exports.periods import Every, Period

AREA: Final = ("code", "name", "county", "township", "village", "grid")
SUBJECT: Final = (
    "code", "household", "name", "surname", "sex", "birth_date", "age", "tags", "address", "phone",
    "id_number",
)  # fmt: skip
RECORD: Final = (
    "id", "visit_date", "entered_at", "mode", "outcome", "worker", "form", "version", "channel",
    "files",
)  # fmt: skip
DUTY: Final = (
    "rule", "title", "period", "first", "last", "due", "state", "days_late", "role", "worker",
    "visit_date", "reason",
)  # fmt: skip
SEALED_ONLY: Final = frozenset({"subject.phone", "subject.id_number"})
"""Columns that leave the program sealed only."""

Source = Literal["records", "register", "obligations"]
Format = Literal["xlsx", "csv", "jsonl", "geojson", "zip"]

_FIELDS: Final = {"area": AREA, "subject": SUBJECT, "record": RECORD, "duty": DUTY}
_OF: Final = {
    "records": {"area", "subject", "record", "answer"},
    "register": {"area", "subject"},
    "obligations": {"area", "subject", "duty"},
}
_Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
_Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{2,15}$")]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Titles(_Data):
    """What people call it; English falls back to Chinese."""

    zh: str = Field(min_length=1, max_length=100)
    en: str = Field(default="", max_length=100)

    def of(self, language: str) -> str:
        """The title in a language."""
        return self.en if language == "en" and self.en else self.zh


class Column(_Data):
    """One column: where its value is `source` (``from``), and whether choices show their labels or
    their codes. `key` names it in JSON; without one it is the last part of `source`."""

    source: str = Field(alias="from")
    titles: Titles
    show: Literal["label", "code"] = "label"
    key: str = ""

    @property
    def room(self) -> str:
        """``area``, ``subject``, ``record``, ``duty`` or ``answer``."""
        return self.source.partition(".")[0]

    @property
    def field(self) -> str:
        """The name within the room: of a question, for an answer."""
        return self.source.partition(".")[2]

    @property
    def name(self) -> str:
        """Its name in JSON."""
        return self.key or self.field

    @model_validator(mode="after")
    def _known(self) -> Column:
        fields = _FIELDS.get(self.room)
        if self.room != "answer" and (fields is None or self.field not in fields):
            raise PydanticCustomError("field_unknown", "{value}", {"value": self.source})
        return self


class Filter(_Data):
    """Which rows. `outcomes` are of records, `tags` of people, `rules` and `states` of duties."""

    area: _Code | None = None
    period: Period | None = None
    outcomes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    states: tuple[str, ...] = ()


class Schedule(_Data):
    """When the program writes the table by itself, of the last period that is over."""

    every: Every
    format: Format = "xlsx"


class Definition(_Data):
    """One table. With `repeat` each row of that repeat is a row of the table. `geo` is the question
    that holds the place on a map. What is `sealed` is only ever written encrypted."""

    id: _Id
    titles: Titles
    source: Source
    form: str = ""
    repeat: str = ""
    order: Literal["entered", "area"] = "area"
    geo: str = ""
    sealed: bool = False
    columns: tuple[Column, ...] = Field(max_length=1000)
    filter: Filter = Filter()
    schedule: Schedule | None = None

    @property
    def asked(self) -> frozenset[str]:
        """The names of the questions whose answers are wanted."""
        names = {one.field for one in self.columns if one.room == "answer"}
        return frozenset(names | ({self.geo} if self.geo else set()))

    @property
    def of_subject(self) -> frozenset[str]:
        """What is wanted of people and households."""
        wanted = {one.field for one in self.columns if one.room == "subject"}
        wanted |= {"name"} if "surname" in wanted else set()
        wanted |= {"birth_date"} if "age" in wanted else set()
        return frozenset(wanted)

    @model_validator(mode="after")
    def _fits(self) -> Definition:
        if (self.source == "records") != bool(self.form):
            _refuse("form_missing" if self.source == "records" else "form_unused", self.form)
        if not self.columns:
            _refuse("missing", "columns")
        for one in self.columns:
            if one.room not in _OF[self.source]:
                _refuse("column_misplaced", one.source)
            if one.source in SEALED_ONLY and not self.sealed:
                _refuse("column_unsealed", one.source)
        names = [one.name for one in self.columns]
        for name in names:
            if names.count(name) > 1:
                _refuse("column_twice", name)
        if self.source != "records" and (self.repeat or self.geo):
            _refuse("column_misplaced", self.repeat or self.geo)
        return self


def _refuse(code: Any, value: str) -> None:
    raise PydanticCustomError(code, "{value}", {"value": value})
