"""Made-up pension accounts for the people of the demo: who pays, and who draws a pension."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Final

from bot.demo.township import COUNTY
from storage.pension_imports import Known, NewAccount
from storage.pension_record import Contribution
from storage.unit import UnitOfWork

_BEGAN: Final = date(2011, 7, 1)  # the scheme, in the made-up county
_PENSION_AGE: Final = 60
_YOUNGEST: Final = 30
_FULL: Final = 15
_SUBSIDIES: Final = {100: 30, 200: 35, 300: 40, 500: 60, 1000: 75}  # yuan a year, by tier
_LEAST: Final = Decimal("163.00")
_CHUNK: Final = 300


async def enter(uow: UnitOfWork, codes: Sequence[str], seed: int, today: date) -> None:
    """Put an account on record for each of these people who is old enough."""
    random = Random(seed)
    imports = uow.pension_imports
    number = await imports.begin()
    for start in range(0, len(codes), _CHUNK):
        people = await imports.known(codes[start : start + _CHUNK], ())
        grown = [one for one in people if _age(one.birth_date, today) >= _YOUNGEST]
        made = [_made(random, one, today) for one in sorted(grown, key=lambda one: one.code)]
        await imports.add_accounts(number, [account for account, _ in made])
        paid = [(one.person_id, each) for one, years in made for each in years]
        await imports.add_contributions(number, paid)
    await imports.finish(number)


def _made(random: Random, person: Known, today: date) -> tuple[NewAccount, list[Contribution]]:
    if _age(person.birth_date, today) >= _PENSION_AGE:
        return _drawing(random, person, today), []
    tier = random.choice(list(_SUBSIDIES))
    paid = list(_payments(random, person.birth_date, tier, today))
    account = NewAccount(
        person_id=person.id,
        scheme="resident",
        region=COUNTY,
        as_of=date(today.year - 1, 12, 31),
        joined_on=date(paid[0].year, 7, 1) if paid else None,
        joined=bool(paid),
        years_paid=len(paid),
        balance=Decimal(len(paid) * (tier + _SUBSIDIES[tier])),
        launch=_BEGAN,
    )
    return account, paid


def _payments(random: Random, birth: date, tier: int, today: date) -> Iterator[Contribution]:
    """A payment for most years up to the last one."""
    for year in range(max(_BEGAN.year, birth.year + 20), today.year):
        if random.random() < 0.9:
            subsidy = Decimal(_SUBSIDIES[tier])
            yield Contribution(year, tier=tier, paid=Decimal(tier), subsidy=subsidy)


def _drawing(random: Random, person: Known, today: date) -> NewAccount:
    """Somebody over sixty: a pension from the month after the birthday, or from the beginning."""
    of_age = person.birth_date.year + _PENSION_AGE
    first = max(_month_after(person.birth_date.replace(year=of_age, day=1)), _BEGAN)
    years = min(max(of_age - _BEGAN.year, 0), _FULL)
    balance = Decimal(years * (200 + _SUBSIDIES[200]))
    certified = max(first, today - timedelta(days=random.randrange(400)))
    return NewAccount(
        person_id=person.id,
        scheme="resident",
        region=COUNTY,
        as_of=date(today.year - 1, 12, 31),
        joined_on=_BEGAN,
        years_paid=years,
        balance=balance,
        launch=_BEGAN,
        benefits_from=first,
        benefit=_LEAST + (balance / 139).quantize(Decimal("0.01")),
        certified_on=min(certified, today),
        way="matched",
    )


def _month_after(first_day: date) -> date:
    return (first_day + timedelta(days=31)).replace(day=1)


def _age(birth: date, on: date) -> int:
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
