"""What a page counts for long holds nobody up: it is read beside the step, which is made once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import text

from scheduler import coverage
from scheduler.coverage import Covered
from storage.policy import OPERATOR
from storage.unit import UnitOfWork
from tests.handlers.conftest import Village
from tests.handlers.test_supervising import Office, office
from tests.patience import PATIENCE


@pytest.fixture
async def here(village: Village) -> Office:
    return await office(village)


class Counting:
    """The counting of coverage, which takes until `over` is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.over = asyncio.Event(), asyncio.Event()
        self.times = 0
        self._count = coverage.coverage
        monkeypatch.setattr(coverage, "coverage", self)

    async def __call__(self, uow: UnitOfWork, *asked: Any, **how: Any) -> Sequence[Covered]:
        self.times += 1
        self.begun.set()
        await self.over.wait()
        return await self._count(uow, *asked, **how)


async def test_others_go_on_while_a_supervisors_page_is_counted(
    here: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await here.above.say("/menu")
    counting = Counting(monkeypatch)
    page = asyncio.create_task(here.above.press("完成情况"))
    async with asyncio.timeout(PATIENCE):
        await counting.begun.wait()
    owed = await here.mei.say("/owe")  # would wait for ever behind the supervisor's transaction
    assert "每月入户" in owed.text
    assert not page.done()
    counting.over.set()
    assert "0 / 3（0%）" in (await page).text


async def test_a_step_that_read_first_is_made_once(
    here: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await here.above.say("/menu")
    counting = Counting(monkeypatch)
    counting.over.set()
    before = await inbounds(here)
    await here.above.press("完成情况")
    assert counting.times == 1
    assert await inbounds(here) == before + 1
    await here.above.press("图片")  # counts anew, and then draws
    assert counting.times == 2
    assert await inbounds(here) == before + 2


async def test_others_go_on_while_an_inspection_looks_up_what_is_on_record(
    here: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await here.above.say("/menu")
    counting = Counting(monkeypatch)
    inspection = asyncio.create_task(here.above.press("儿童福利督查"))
    async with asyncio.timeout(PATIENCE):
        await counting.begun.wait()
    owed = await here.mei.say("/owe")
    assert "每月入户" in owed.text
    assert not inspection.done()
    counting.over.set()
    assert "过时" not in (await inspection).text
    query = text("SELECT count(*) FROM interview")
    async with here.village.database.unit(OPERATOR, "test") as uow:
        assert (await uow.connection.execute(query)).scalar_one() == 1


async def test_trouble_in_reading_is_told_as_that_of_any_step(
    here: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_asked: object) -> Sequence[Covered]:
        raise ArithmeticError

    await here.above.say("/menu")
    monkeypatch.setattr(coverage, "coverage", fail)
    await here.above.press("完成情况")
    assert await inbounds(here, "waiting") == 1  # set aside, to be tried again


async def inbounds(here: Office, state: str = "done") -> int:
    query = text("SELECT count(*) FROM inbox WHERE state = :state")
    async with here.village.database.unit(OPERATOR, "test") as uow:
        return int((await uow.connection.execute(query, {"state": state})).scalar_one())
