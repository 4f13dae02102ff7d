"""The tables of the rules: what a row of each holds beyond its place, dates and source.

Amounts are yuan, rates are parts of one (0.03 is 3 %).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pension.rows import Region, Row

Yuan = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]
Tier = Annotated[int, Field(gt=0)]

_FROZEN = ConfigDict(frozen=True, extra="forbid")


class TierAmount(BaseModel):
    """An amount a year for those who pay a tier: in a list of floors, for that tier and above."""

    model_config = _FROZEN

    tier: Tier
    amount: Yuan


class Scheme(Row):
    """A version of the resident scheme in a place.

    `frame` is the scheme whose fields count where this one says nothing. `subsidies` is the table
    of a place, empty where only the `floors` of the frame are known. Of a subsidy the province
    pays `province_part` of the sum of both parts; 0 and 0 mean that the shares are not stated.
    `aid_limit` is what collective and other aid may come to in a year.
    """

    table: ClassVar[str] = "scheme"

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    frame: str = ""
    entry_age: int = Field(gt=0)
    pension_age: int = Field(gt=0)
    full_years: int = Field(gt=0)
    divisor: int = Field(gt=0)
    tiers: tuple[Tier, ...] = Field(min_length=1)
    floors: tuple[TierAmount, ...] = ()
    subsidies: tuple[TierAmount, ...] = ()
    province_part: int = Field(default=0, ge=0)
    county_part: int = Field(default=0, ge=0)
    aid_limit: Literal["top_tier", "none"]
    helped: tuple[str, ...]
    inherits_subsidy: bool

    @model_validator(mode="after")
    def _tiers_rise(self) -> Self:
        if list(self.tiers) != sorted(set(self.tiers)):
            raise ValueError("tiers do not rise")
        return self

    def subsidy_of(self, tier: int) -> Decimal | None:
        """What the place's own table gives a tier, if it has it."""
        return next((row.amount for row in self.subsidies if row.tier == tier), None)

    def floor_of(self, tier: int) -> Decimal:
        """The least subsidy that the frame asks for."""
        return max((row.amount for row in self.floors if row.tier <= tier), default=Decimal())


class BasicLevel(Row):
    """The basic pension of a place, yuan a month.

    Where a source does not state the level, it may hold what it does state: a level that was
    `announced`, an `increase`, or what every county gives `at_least`.
    """

    table: ClassVar[str] = "basic_pension"

    amount: Yuan | None = None
    announced: Yuan | None = None
    increase: Yuan | None = None
    at_least: Yuan | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        said = (self.amount, self.announced, self.increase, self.at_least)
        if sum(each is not None for each in said) != 1:
            raise ValueError("exactly one of amount, announced, increase, at_least")
        return self


class Increment(Row):
    """What a place adds to the basic pension, yuan a month: `amount` for each paid year over
    `over` years, or `amount` once from the age of `over`. Without an amount it says that places
    add something, each its own."""

    table: ClassVar[str] = "increment"

    kind: Literal["years", "age"]
    over: int = Field(gt=0)
    amount: Yuan | None = None


class InterestRate(Row):
    """The rate at which a place credits interest to accounts for one calendar year."""

    table: ClassVar[str] = "interest"

    year: int = Field(ge=2009, le=2100)
    rate: Decimal = Field(ge=0, le=Decimal("0.2"))


class BackPaymentRule(Row):
    """Whether a place subsidises the years that are paid back."""

    table: ClassVar[str] = "back_payment"

    subsidised: bool


class Launch(Row):
    """The day on which the scheme began in a place."""

    table: ClassVar[str] = "launch"

    day: date


class LaunchSpan(Row):
    """The first and the last day on which the scheme began anywhere."""

    table: ClassVar[str] = "launch_span"

    first: date
    last: date


class CertificationCycle(Row):
    """How long a certification is good for: so many months, or so many days."""

    table: ClassVar[str] = "certification"

    months: int | None = Field(default=None, gt=0)
    days: int | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _in_one_unit(self) -> Self:
        if (self.months is None) == (self.days is None):
            raise ValueError("either months or days")
        return self


class TransferRule(Row):
    """Which way somebody may move, by their months in the employees' scheme, and what is given back
    to who paid into both at once."""

    table: ClassVar[str] = "transfer"

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    employee_months: int = Field(gt=0)
    refunds_collective: bool


class EmployeeMinimum(Row):
    """The years of contribution that an employee pension asks for, in months: `months` until
    `rises_from`, then `step` more each year, up to `most`."""

    table: ClassVar[str] = "employee_minimum"

    months: int = Field(gt=0)
    rises_from: int
    step: int = Field(ge=0)
    most: int = Field(gt=0)

    def in_year(self, year: int) -> int:
        """The months asked for of those who retire in a year."""
        return min(self.months + self.step * max(0, year - self.rises_from + 1), self.most)


class Clock(Row):
    """A time limit in working days, one after the other for each of its `steps`."""

    table: ClassVar[str] = "clock"

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    working_days: int = Field(gt=0)
    steps: int = Field(default=1, gt=0)


class Statement(Row):
    """A sentence of the rules without a figure: the row says where it holds, and its source."""

    table: ClassVar[str] = "statement"

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")


class HolidayYear(Row):
    """The public holidays of a year: `off` lists first and last days, `on` the days at weekends
    that are worked instead."""

    table: ClassVar[str] = "holidays"

    year: int
    off: tuple[tuple[date, date], ...]
    on: tuple[date, ...]


class RegionName(BaseModel):
    """What a place in the tables is called."""

    model_config = _FROZEN

    region: Region
    name_zh: str
    name_en: str
