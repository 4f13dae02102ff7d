"""Somebody who draws a pension, and ways to become known as them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from core.ids import check_digit
from storage.pension_imports import NewAccount
from storage.policy import OPERATOR
from storage.register import NewHousehold, NewPerson
from tests.handlers.conftest import COUNTY, GRID, Village, running
from tests.handlers.paper import PaperChannel, Talker

NUMBER = "99010119580305068" + check_digit("99010119580305068")
OTHER = "99010119600101002" + check_digit("99010119600101002")
NAME = "钱桂香"
PHONE = "13800138000"
HOME = NewHousehold(
    "HPPPPPP",
    GRID,
    "柳树村9号",
    (
        NewPerson("PQQQQQQ", NAME, "f", date(1958, 3, 5), True, id_number=NUMBER, phone=PHONE),
        NewPerson("PRRRRRR", "钱大成", "m", date(1985, 1, 1)),
    ),
)
AMOUNT = "876.54"


@pytest.fixture
async def bound_village(village: Village) -> AsyncIterator[Village]:
    """The village with somebody who draws a pension."""
    async with village.database.unit(OPERATOR, "test") as uow:
        await uow.register.enter([HOME], "test")
        person = await uow.register.person("PQQQQQQ")
        assert person
        number = await uow.pension_imports.begin()
        account = NewAccount(
            person.id,
            "resident",
            COUNTY,
            as_of=date(2025, 12, 31),
            years_paid=8,
            balance=Decimal(AMOUNT),
            benefits_from=date(2018, 4, 1),
            benefit=Decimal("188.00"),
            certified_on=date(2026, 3, 1),
        )
        await uow.pension_imports.add_accounts(number, [account])
        await uow.pension_imports.finish(number)
    yield village


def on(village: Village, channel: str, *open_on: str) -> Village:
    """The same village reached over another channel; `open_on` as the deployment has it."""
    house = replace(village.house, open_on=frozenset(open_on))
    return running(village.database, village.clock, PaperChannel(channel), house)


async def sees(village: Village, someone: Talker) -> list[str]:
    """The codes of whose pension somebody can look at."""
    async with village.database.unit(OPERATOR, "test") as uow:
        chat = await uow.conversations.load(someone.channel.name, someone.address, "zh")
        uow.become(chat.actor)
        refs = await uow.proxies.subjects(chat.id)
        records = [await uow.pension.insured(ref.person_id, chat.id) for ref in refs]
    return [ref.code for ref, record in zip(refs, records, strict=True) if record]


async def card(worker: Talker, code: str = "PQQQQQQ") -> None:
    """Open somebody's card."""
    await worker.say("/menu")
    await worker.press("走访对象")
    await worker.say(code)
    await worker.press(code)


async def code_for(worker: Talker, code: str = "PQQQQQQ") -> str:
    """The code that a worker hands over."""
    await card(worker, code)
    return (await worker.press("绑定码")).text.split("`")[1]


async def prove(someone: Talker, name: str, number: str) -> str:
    await someone.say("/bind")
    await someone.say(name)
    return (await someone.say(number)).text


async def consent(worker: Talker, name: str = "钱大成", term: str = "半年") -> str:
    """A worker records a consent; the code for the relative."""
    await card(worker)
    await worker.press("委托亲属")
    await worker.press("登记新的委托")
    await worker.press("当面同意")
    await worker.press("子女")
    await worker.press(term)
    said = await worker.say(name)
    assert "委托已登记" in said.text
    return said.text.split("`")[1]
