"""What every row of the rules has: where and when it holds, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, Final, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pension.months import months_after

NATION: Final = ""
MONTHS_FRESH: Final = 12

Region = Annotated[str, Field(pattern=r"^[0-9]{0,15}$")]


class Status(StrEnum):
    """How well a row is attested."""

    STATUTE = "statute"  # read in the full text
    COPY = "copy"  # official wording, read in a copy or an excerpt
    SECONDARY = "secondary"  # taken from tables or notes of others
    UNVERIFIED = "unverified"  # generally known, the official text was not read
    CONVENTION = "convention"  # our own reading


class Source(BaseModel):
    """A document. An empty `url` is one still to be found; a draft never was in force."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title_zh: str = Field(min_length=1)
    title_en: str = Field(min_length=1)
    issued: date | None = None
    url: str = ""
    draft: bool = False


class Row(BaseModel):
    """One row of a table.

    `region` is a division code and holds for all that begins with it; empty is the whole country.
    Both ends of `valid_from` to `valid_to` are included; without `valid_from` the start is not
    stated and the row is never in force by itself, without `valid_to` it holds until a later row
    of the same place. `start` says how sure the first day is: ``earlier`` means that the row held
    before that day too, but not since when. `checked_on` is the last day on which a person saw it
    in force at its source.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: ClassVar[str]

    region: Region = NATION
    valid_from: date | None = None
    valid_to: date | None = None
    start: Literal["stated", "uncertain", "earlier"] = "stated"
    checked_on: date | None = None
    source: Source
    clause: str = ""
    status: Status

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("valid_to is before valid_from")
        return self

    def concerns(self, region: str) -> bool:
        """Whether a place lies in the row's region."""
        return region.startswith(self.region)

    def in_force(self, day: date) -> bool:
        """Whether it holds on a day, later rows aside."""
        begun = self.valid_from is not None and self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)

    def last_seen(self) -> date | None:
        """The latest day on which it is known to have held: its start, or when it was checked."""
        days = [day for day in (self.valid_from, self.checked_on) if day]
        return max(days) if days else None

    def may_be_outdated(self, day: date) -> bool:
        """Whether it is open-ended and was last seen more than twelve months before a day."""
        seen = self.last_seen()
        return self.valid_to is None and seen is not None and months_after(seen, MONTHS_FRESH) < day


_R = TypeVar("_R", bound=Row)


def in_force(rows: Iterable[_R], region: str, day: date) -> _R | None:
    """The row that counts in a place on a day: of the nearest region, then the latest to start,
    then the last one loaded."""
    best: _R | None = None
    for row in rows:
        if (
            row.concerns(region)
            and row.in_force(day)
            and (best is None or _rank(row) >= _rank(best))
        ):
            best = row
    return best


def _rank(row: Row) -> tuple[int, date]:
    return len(row.region), row.valid_from or date.min
