"""Residents hold the whole talk about pensions by buttons alone, over real HTTP.

Whoever came in by a worker's code sees how their own stands, and no amount of it where the channel
is in code mode; others find the rules.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import pytest

from storage.database import Database
from storage.pension_imports import NewAccount
from storage.pension_record import Contribution
from storage.policy import OPERATOR
from storage.register import NewHousehold, NewPerson
from tests.contract.house import GRID, Kind, Running, running
from tests.contract.people import Person

KINDS: Final[tuple[Kind, ...]] = ("aiogram polling", "ptb webhook", "web")
HOME = NewHousehold(
    "HPPPPPP", GRID, "", (NewPerson("PQQQQQQ", "钱桂香", "f", date(1970, 1, 1), True),)
)
BALANCE, PAID = Decimal("3210.50"), Contribution(2026, tier=500, paid=Decimal(500))

Walk = Sequence[tuple[str, str]]
"""Buttons, each with words of the page that it leads to."""

RULES: Final[Walk] = (
    ("一般规定", "想看哪一项"),
    ("谁能参加", "不是在校学生"),
    ("一般规定", "想看哪一项"),
    ("交多少、补多少", "每年选一档交"),
    ("一般规定", "想看哪一项"),
    ("能领多少", "÷ 139"),
    ("一般规定", "想看哪一项"),
    ("去世以后", "可以继承"),
    ("‹ 养老金首页", "养老金"),
    ("怎么认证", "认证一次管12个月"),
    ("‹ 养老金首页", "养老金"),
)
MOVING: Final[Walk] = (
    ("换到职工养老保险", "两边都还没领"),
    ("12年", "到职工的退休年龄了吗"),
    ("到了", "单位交进统筹基金的钱"),
    ("为什么是这样", "依据的规定"),
    ("‹ 返回", "这里不作建议"),
    ("‹ 养老金首页", "养老金"),
)


@pytest.fixture(params=KINDS)
async def house(request: pytest.FixtureRequest, settled: Database) -> AsyncIterator[Running]:
    """A house where amounts are for the web alone, and somebody with an account."""
    async with settled.unit(OPERATOR, "test") as uow:
        await uow.register.enter([HOME], "test")
        person = await uow.register.person("PQQQQQQ")
        assert person
        number = await uow.pension_imports.begin()
        account = NewAccount(
            person.id,
            "resident",
            GRID[:6],
            as_of=date(2025, 12, 31),
            years_paid=9,
            balance=BALANCE,
            joined_on=date(2012, 5, 6),
        )
        await uow.pension_imports.add_accounts(number, [account])
        await uow.pension_imports.add_contributions(number, [(person.id, PAID)])
        await uow.pension_imports.finish(number)
    async with running(request.param, settled, frozenset({"web"})) as started:
        yield started


async def walk(someone: Person, ways: Walk) -> None:
    """Press one button after the other and read each page."""
    for label, words in ways:
        await someone.press(label)
        await someone.sees(words)


async def code_from(worker: Person) -> str:
    """The code that a worker hands over at a visit."""
    await worker.says("/menu")
    await worker.sees("今天要做什么")
    await worker.press("走访对象")
    await worker.sees("编号")
    await worker.says("PQQQQQQ")
    await worker.sees("PQQQQQQ")
    await worker.press("PQQQQQQ")
    await worker.sees("钱")
    await worker.press("绑定码")
    said = (await worker.sees("的绑定码")).text
    return next(word for word in said.replace("`", " ").split() if len(word) == 11 and "-" in word)


async def test_who_came_in_by_a_code_holds_the_whole_talk(house: Running) -> None:
    worker, resident = await house.join(), await house.guest()
    await resident.says(await code_from(worker))
    await resident.sees("绑定好了")
    await resident.press("养老金")
    status = (await resident.sees("我的养老金")).text
    assert "已交10年，要15年" in status
    assert "2030年2月" in status
    assert ("3,210.50元" in status) is not house.on_telegram
    assert ("金额：这里不显示" in status) is house.on_telegram
    assert "12333" in status
    amount = "元" if house.on_telegram else "213元"
    await walk(
        resident,
        (
            ("算一算：能领多少", "每年交多少 → 每月约领多少"),
            ("1000", amount),
            ("为什么是这样", "怎么算的"),
            ("‹ 返回", "以上是"),
            ("补缴年限", "补缴"),
            ("‹ 养老金首页", "我的养老金"),
            *MOVING,
            *RULES,
        ),
    )
    if house.on_telegram:
        assert not any("3,210.50" in shown.text for shown in resident.chat)
    await resident.press("请网格员上门")
    await resident.sees("已转告网格员")
    await worker.sees("请您上门")
    await resident.press("绑定和委托")
    await resident.sees("现在没有委托")
    await resident.press("解除绑定")
    await resident.sees("确定解除吗")
    await resident.press("确定解除")
    if house.on_telegram:  # a browser is signed out
        await resident.sees("已经解除绑定")


async def test_who_is_not_bound_holds_it_in_general(house: Running) -> None:
    someone = await house.guest()
    await someone.says("/pension")
    await someone.sees("先算一算")
    await walk(
        someone,
        (
            ("算一算：能领多少", "哪年哪月出生"),
            ("1971", "哪年哪月出生"),
            ("5月", "已经交了几年"),
            ("9年", "每年交多少 → 每月约领多少"),
            ("500", "191.56元"),
            ("为什么是这样", "怎么算的"),
            ("‹ 返回", "191.56元"),
            ("补缴年限", "补缴"),
            ("‹ 养老金首页", "先算一算"),
            *RULES,
            ("一般规定", "想看哪一项"),
            *MOVING,
        ),
    )
    assert not any("PQQQQQQ" in shown.text for shown in someone.chat)
