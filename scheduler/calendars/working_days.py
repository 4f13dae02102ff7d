"""Which days are worked on: China's public holidays and make-up days, as they are announced.

``holidays.toml`` holds the years that are published. In any other year weekdays are worked on, and
what was computed with it is marked as not official: it is computed again when the year is known. A
county adds a year, or changes a day, by a file of its own in the same form.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Shift = Literal["none", "next", "previous"]
"""What becomes of a deadline on a day that is not worked on."""

_BUILT_IN: Final = Path(__file__).parent / "holidays.toml"
_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


class CalendarError(Exception):
    """A calendar file that can't be used: `file`, and the place in it that is wrong."""

    def __init__(self, file: str, where: str) -> None:
        super().__init__(f"{file}: {where}")
        self.file = file
        self.where = where


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """A day that was counted to. `official` is False if the way led through a year without
    published holidays."""

    day: date
    official: bool


class _Year(BaseModel):
    """One year. `off` and `work` are days and ranges, both ends included; without a `notice` the
    entry changes days of a year without making the year official."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    year: int = Field(ge=1950, le=2200)
    notice: str = ""
    off: tuple[str, ...] = ()
    work: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Answers which days are worked on. `years` are those whose holidays are published."""

    off: frozenset[date]
    work: frozenset[date]
    years: frozenset[int]

    @classmethod
    def china(cls, override: Path | None = None) -> WorkingDays:
        """The published calendar, changed by the file `override`. Raises CalendarError."""
        known = _read(_BUILT_IN)
        if override is None:
            return known
        local = _read(override)
        return cls(
            off=(known.off - local.work) | local.off,
            work=(known.work - local.off) | local.work,
            years=known.years | local.years,
        )

    def is_workday(self, day: date) -> bool:
        """Whether people work on `day`."""
        if day in self.off:
            return False
        return day in self.work or day.weekday() < _SATURDAY

    def official(self, day: date) -> bool:
        """Whether the holidays of the year of `day` are published."""
        return day.year in self.years

    def add(self, day: date, n: int) -> WorkingDay:
        """The `n`-th working day after `day`, or before it where `n` is negative. `day` itself does
        not count; with `n` 0 it is the answer, worked on or not."""
        step, official = (_DAY if n > 0 else -_DAY), True
        left = abs(n)
        while left:
            day += step
            left -= self.is_workday(day)
            official = official and self.official(day)
        return WorkingDay(day, official)

    def shift(self, day: date, how: Shift) -> WorkingDay:
        """`day` if it is worked on, else the nearest working day in the direction of `how`."""
        if how == "none":
            return WorkingDay(day, True)
        if self.is_workday(day):
            return WorkingDay(day, self.official(day))
        moved = self.add(day, 1 if how == "next" else -1)
        return WorkingDay(moved.day, moved.official and self.official(day))


@cache
def _built_in() -> WorkingDays:
    return _parse(_BUILT_IN)


def _read(file: Path) -> WorkingDays:
    return _built_in() if file == _BUILT_IN else _parse(file)


def _parse(file: Path) -> WorkingDays:
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CalendarError(str(file), str(error)) from error
    years = [_year(file, number, one) for number, one in enumerate(entries.pop("year", []), 1)]
    if entries:
        raise CalendarError(str(file), next(iter(entries)))
    return WorkingDays(
        off=frozenset(day for one in years for day in _days(file, one.year, one.off)),
        work=frozenset(day for one in years for day in _days(file, one.year, one.work)),
        years=frozenset(one.year for one in years if one.notice),
    )


def _year(file: Path, number: int, entry: Any) -> _Year:
    try:
        return _Year.model_validate(entry)
    except ValidationError as error:
        field = ".".join(map(str, error.errors()[0]["loc"]))
        raise CalendarError(str(file), f"[[year]] {number} {field}".strip()) from error


def _days(file: Path, year: int, texts: tuple[str, ...]) -> Iterator[date]:
    for text in texts:
        first, _, last = text.partition("..")
        try:
            day, end = (date.fromisoformat(f"{year}-{part}") for part in (first, last or first))
        except ValueError as error:
            raise CalendarError(str(file), f"{year} {text}") from error
        while day <= end:
            yield day
            day += _DAY
