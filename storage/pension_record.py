"""A person's pension account as an agency told it: plain values, amounts in yuan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Contribution:
    """What was paid for the months `first_month` to `last_month` of a year, in yuan: `paid` by the
    person, `subsidy` by the government, `collective` and `aid` by others. `tier` is None where the
    agency did not say it."""

    year: int
    first_month: int = 1
    last_month: int = 12
    tier: int | None = None
    paid: Decimal | None = None
    subsidy: Decimal | None = None
    collective: Decimal | None = None
    aid: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Benefit:
    """What is paid a month from a day on: `amount` in yuan, None if it is not on record."""

    first_day: date
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class PensionRecord:
    """A person's account as it stands. Newest first: `contributions` by year, `benefits` of the
    newest import, `certified` days. `imported_at` is when it was handed in (UTC). `joined` is False
    for who has an account but has not joined. `launch` is the day the scheme began in their
    county."""

    person_id: int
    birth_date: date
    scheme: str
    region: str
    imported_at: datetime
    joined: bool
    joined_on: date | None
    years_paid: int
    balance: Decimal | None
    balance_on: date | None
    launch: date | None
    other_pension: bool
    in_employee_scheme: bool
    contributions: tuple[Contribution, ...]
    benefits: tuple[Benefit, ...]
    certified: tuple[date, ...]

    @property
    def certified_on(self) -> date | None:
        """The last certification."""
        return self.certified[0] if self.certified else None

    @property
    def benefits_from(self) -> date | None:
        """The first day of the pension."""
        return self.benefits[-1].first_day if self.benefits else None

    @property
    def benefit(self) -> Decimal | None:
        """What the pension is a month, as last told."""
        return self.benefits[0].amount if self.benefits else None

    @property
    def tier(self) -> int | None:
        """The tier that was last paid."""
        return next((one.tier for one in self.contributions if one.tier), None)

    def paid_in(self, year: int) -> bool:
        """Whether something was paid for a year."""
        return any(one.year == year for one in self.contributions)
