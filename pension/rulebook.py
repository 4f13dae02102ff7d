"""All the rules together: read once from the data files, extended by a county's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pension.codes import Fault
from pension.loading import Entries
from pension.reasoning import Refused
from pension.rows import NATION, in_force
from pension.tables import (
    BackPaymentRule,
    BasicLevel,
    CertificationCycle,
    Clock,
    EmployeeMinimum,
    HolidayYear,
    Increment,
    InterestRate,
    Launch,
    LaunchSpan,
    RegionName,
    Scheme,
    Statement,
    TransferRule,
)

_FOLDER: Final = Path(__file__).parent / "data"


class RuleBook(BaseModel):
    """Every table, with all versions of every row."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scheme: tuple[Scheme, ...]
    basic_pension: tuple[BasicLevel, ...]
    increment: tuple[Increment, ...] = ()
    interest: tuple[InterestRate, ...] = ()
    back_payment: tuple[BackPaymentRule, ...] = ()
    launch: tuple[Launch, ...] = ()
    launch_span: tuple[LaunchSpan, ...] = Field(min_length=1)
    certification: tuple[CertificationCycle, ...]
    transfer: tuple[TransferRule, ...]
    employee_minimum: tuple[EmployeeMinimum, ...]
    clock: tuple[Clock, ...]
    statement: tuple[Statement, ...] = ()
    holidays: tuple[HolidayYear, ...] = ()
    place: tuple[RegionName, ...] = ()

    @classmethod
    def read(cls, local: Mapping[str, str] | None = None) -> RuleBook:
        """The built-in rules and a county's own TOML texts, by file name.

        Local rows come after the built-in ones, so that they go before those of the same place
        and day. Raises RuleBookError.
        """
        entries = Entries()
        for file in sorted(_FOLDER.glob("*.toml")):
            entries.add(file.name, file.read_text(encoding="utf-8"))
        for name, text in (local or {}).items():
            entries.add(name, text)
        tables = entries.resolve()
        try:
            return cls.model_validate(tables)
        except ValidationError as error:
            raise entries.blame(error) from error

    def scheme_in_force(self, region: str, on: date) -> Scheme:
        """The scheme of a place on a day. Raises Refused where none is on record."""
        scheme = in_force(self.scheme, region, on)
        if scheme is None:
            raise Refused(Fault.NO_SCHEME, region=region, on=on)
        return scheme

    def scheme_named(self, name: str) -> Scheme:
        """A scheme by its id, superseded ones too. Raises KeyError."""
        for scheme in reversed(self.scheme):
            if scheme.id == name:
                return scheme
        raise KeyError(name)

    def transfer_named(self, name: str) -> TransferRule:
        """A transfer rule by its id, drafts too. Raises KeyError."""
        for rule in reversed(self.transfer):
            if rule.id == name:
                return rule
        raise KeyError(name)

    def clock_in_force(self, name: str, on: date) -> Clock | None:
        """The time limit of that name on a day, if there is one."""
        return in_force((clock for clock in self.clock if clock.id == name), NATION, on)

    def statement_in_force(self, name: str, region: str, on: date) -> Statement | None:
        """The row of a sentence of that name in a place on a day, if there is one."""
        return in_force((row for row in self.statement if row.id == name), region, on)

    def place_named(self, region: str) -> RegionName | None:
        """What the nearest place around a division code is called, if the tables name one."""
        return _nearest(self.place, region)


@cache
def built_in() -> RuleBook:
    """The rules that come with this package, read once."""
    return RuleBook.read()


def _nearest(places: Iterable[RegionName], region: str) -> RegionName | None:
    around = (place for place in places if region.startswith(place.region))
    return max(around, key=lambda place: len(place.region), default=None)
