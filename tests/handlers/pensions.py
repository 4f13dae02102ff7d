"""People with a pension on record, and how a test talks about it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from storage.pension_imports import NewAccount
from storage.pension_record import Contribution
from storage.policy import OPERATOR
from tests.handlers.conftest import COUNTY, Village, running
from tests.handlers.paper import Paper, PaperChannel, Talker

MANY_ALIKE = re.compile(
    r"p:(menu|ask:birth:(?!197\b|1971)|birth:(?!1971-05)|years:(?!9$)|move:(?!0$|144|240)"
    r"|(sum|back|why:0:\w+):(?!0$|500|1000))"
)
"""Buttons that lead to pages like others, and the way out."""


def over(village: Village, channel: str = "web", **house: Any) -> Village:
    """The same village reached over another channel, in a house that a test may change. Amounts
    are shown on ``web``."""
    changed = replace(village.house, **house)
    return running(village.database, village.clock, PaperChannel(channel), changed)


def account(person_id: int, **changes: Any) -> NewAccount:
    """Nine years paid, and an account that was told at the end of last year."""
    fields: dict[str, Any] = {
        "person_id": person_id,
        "scheme": "resident",
        "region": COUNTY,
        "as_of": date(2025, 12, 31),
        "joined_on": date(2012, 5, 6),
        "years_paid": 9,
        "balance": Decimal("3210.50"),
    }
    return NewAccount(**fields | changes)


async def person_id(village: Village, code: str) -> int:
    """The row of somebody in the register."""
    async with village.database.unit(OPERATOR, "test") as uow:
        found = await uow.register.person(code)
        assert found
        return found.id


async def enrol(village: Village, code: str, *paid: Contribution, **changes: Any) -> int:
    """Put an account on record; the person's id."""
    whose = await person_id(village, code)
    async with village.database.unit(OPERATOR, "test") as uow:
        number = await uow.pension_imports.begin()
        await uow.pension_imports.add_accounts(number, [account(whose, **changes)])
        await uow.pension_imports.add_contributions(number, [(whose, one) for one in paid])
        await uow.pension_imports.finish(number)
    return whose


async def bind(
    village: Village, person: int, address: str = "resident", language: str = "zh"
) -> Talker:
    """Somebody who has come in with the code that a worker handed over."""
    async with village.database.unit(OPERATOR, "test") as uow:
        code = await uow.invites.issue("messenger", person_id=person)
    someone = village.talker(address)
    someone.language = language
    await someone.say(f"/start {code}")
    return someone


async def walk(someone: Talker, *presses: str) -> Paper:
    """Press one button after the other; what is read then."""
    for wanted in presses:
        await someone.press(wanted)
    return someone.last
