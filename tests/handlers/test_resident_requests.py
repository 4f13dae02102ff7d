"""What a resident asks reaches their worker, and the answer comes back; what falls due is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from core.messages import Tap
from handlers import pension_notices
from storage.pension_imports import NewAccount
from storage.pension_tables import resident_request
from storage.policy import OPERATOR, Actor, Role
from storage.register import NewHousehold, NewPerson
from storage.tables import person
from tests.handlers.conftest import COUNTY, GRID, NEXT_GRID, TOWNSHIP, Village
from tests.handlers.paper import Talker

HOME = NewHousehold(
    "HPPPPPP",
    GRID,
    "",
    (
        NewPerson("PQQQQQQ", "钱桂香", "f", date(1958, 3, 5), True),
        NewPerson("PRRRRRR", "钱大成", "m", date(1967, 1, 20)),
    ),
)


@pytest.fixture
async def settled_village(village: Village) -> AsyncIterator[Village]:
    async with village.database.unit(OPERATOR, "test") as uow:
        await uow.register.enter([HOME], "test")
    yield village


async def resident_of(village: Village, code: str = "PQQQQQQ") -> Talker:
    """Somebody's own chat."""
    async with village.database.unit(OPERATOR, "test") as uow:
        person = await uow.register.person(code)
        assert person
        secret = await uow.invites.issue("messenger", person_id=person.id)
    resident = village.talker(code)
    await resident.say(f"/start {secret}")
    return resident


async def draws_since(village: Village, code: str, certified: date) -> None:
    async with village.database.unit(OPERATOR, "test") as uow:
        person = await uow.register.person(code)
        assert person
        number = await uow.pension_imports.begin()
        drawing = NewAccount(
            person.id,
            "resident",
            COUNTY,
            benefits_from=date(2018, 4, 1),
            certified_on=certified,
        )
        await uow.pension_imports.add_accounts(number, [drawing])
        await uow.pension_imports.finish(number)


async def test_a_wish_for_a_visit_reaches_the_worker_and_the_answer_comes_back(
    settled_village: Village,
) -> None:
    village = settled_village
    worker, resident = await village.worker(), await resident_of(village)
    said = await resident.press("请网格员上门")
    assert "已转告网格员" in said.text
    assert "钱（PQQQQQQ）请您上门" in worker.last.text
    await worker.press("去看看")
    await worker.press("PQQQQQQ")
    await worker.press("三天内上门")
    assert "三天内上门" in resident.last.text
    await worker.say("/menu")
    assert not [one for one in worker.last.buttons if "居民的请求" in one.text]


async def test_a_wrong_record_is_told_in_words_and_answered_in_words(
    settled_village: Village,
) -> None:
    village = settled_village
    worker, resident = await village.worker(), await resident_of(village)
    await resident.press("记录有误")
    await resident.say("2023年的缴费没有记上")
    await worker.say("/menu")
    await worker.press("居民的请求（1）")
    opened = await worker.press("PQQQQQQ")
    assert "2023年的缴费没有记上" in opened.text
    await worker.say("已请经办机构补记，下月可见")
    assert "下月可见" in resident.last.text


async def test_the_same_wish_is_passed_on_once(settled_village: Village) -> None:
    village = settled_village
    worker, resident = await village.worker(), await resident_of(village)
    await resident.press("请网格员上门")
    count = len(worker.sheet)
    assert "已经转给网格员" in (await resident.press("请网格员上门")).text
    assert len(worker.sheet) == count


async def test_a_wish_by_night_reaches_the_worker_in_the_morning(settled_village: Village) -> None:
    village = settled_village
    worker, resident = await village.worker(), await resident_of(village)
    before = list(worker.texts)
    village.clock.set(datetime(2026, 11, 21, 15, 0, tzinfo=UTC))  # eleven at night in Shanghai
    assert "已转告网格员" in (await resident.press("请网格员上门")).text
    village.clock.set(datetime(2026, 11, 21, 23, 59, tzinfo=UTC))
    await village.sender.drain()
    assert worker.texts == before
    village.clock.set(datetime(2026, 11, 22, 0, 0, tzinfo=UTC))
    await village.sender.drain()
    assert worker.last.text == "钱（PQQQQQQ）请您上门。"
    assert "PQQQQQQ" in (await worker.press("去看看")).buttons[0].text


async def test_a_worker_in_a_form_hears_of_a_wish_after_it(settled_village: Village) -> None:
    village = settled_village
    worker, resident = await village.worker(), await resident_of(village)
    for button in ("我的走访户", "HAAAAAA", "入户走访"):
        await worker.press(button)
    await resident.press("请网格员上门")
    assert not any("请您上门" in one for one in worker.texts)
    village.clock.turn(minutes=16)
    await village.sender.drain()
    assert "请您上门" in worker.last.text


async def test_where_no_grid_worker_is_the_township_is_told(settled_village: Village) -> None:
    village = settled_village
    supervisor = await village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    elsewhere = await village.staff(Role.GRID_WORKER, NEXT_GRID)
    before = len(elsewhere.sheet)
    await (await resident_of(village)).press("请网格员上门")
    assert "请您上门" in supervisor.last.text
    assert len(elsewhere.sheet) == before


async def test_who_does_not_look_after_somebody_sees_no_request(settled_village: Village) -> None:
    village = settled_village
    worker = await village.worker()
    await (await resident_of(village)).press("请网格员上门")
    told = worker.last
    elsewhere = await village.staff(Role.GRID_WORKER, NEXT_GRID)
    assert "没有居民的请求" in (await elsewhere.press("去看看", told)).text
    listed = await worker.press("去看看", told)
    assert "答复过了" in (await elsewhere.press("PQQQQQQ", listed)).text


async def test_a_stranger_is_asked_to_bind_first(settled_village: Village) -> None:
    village = settled_village
    resident = await resident_of(village)
    menu = resident.last
    assert "请先绑定" in (await village.talker("stranger").press("请网格员上门", menu)).text


async def test_a_certification_that_falls_due_is_told_once(settled_village: Village) -> None:
    village = settled_village
    await draws_since(village, "PQQQQQQ", date(2025, 12, 1))
    resident = await resident_of(village)
    assert await pension_notices.tell(village.database, village.house) == 1
    assert await pension_notices.tell(village.database, village.house) == 0
    await resident.sender.drain()
    assert "2026-12-01 之前" in resident.last.text
    assert "已转告网格员" in (await resident.press("请网格员上门")).text
    village.clock.turn(days=30)
    assert await pension_notices.tell(village.database, village.house) == 1
    await resident.sender.drain()
    assert "已经过了" in resident.last.text


async def test_one_that_is_not_due_yet_is_not_told(settled_village: Village) -> None:
    await draws_since(settled_village, "PQQQQQQ", date(2026, 11, 1))
    await resident_of(settled_village)
    assert await pension_notices.tell(settled_village.database, settled_village.house) == 0


async def test_sixty_within_three_months_is_told(settled_village: Village) -> None:
    village = settled_village
    resident = await resident_of(village, "PRRRRRR")
    assert await pension_notices.tell(village.database, village.house) == 1
    await resident.sender.drain()
    assert "2027-01-20 您满60岁" in resident.last.text
    assert "2027-02" in resident.last.text
    village.clock.turn(days=7)
    assert await pension_notices.tell(village.database, village.house) == 0


async def test_nobody_is_disturbed_by_night(settled_village: Village) -> None:
    village = settled_village
    await resident_of(village, "PRRRRRR")
    village.clock.set(datetime(2026, 11, 21, 15, 0, tzinfo=UTC))  # eleven at night in Shanghai
    assert await pension_notices.tell(village.database, village.house) == 0


async def test_who_is_not_bound_is_told_nothing(settled_village: Village) -> None:
    await draws_since(settled_village, "PQQQQQQ", date(2025, 12, 1))
    await settled_village.talker("stranger").say("/start")
    assert await pension_notices.tell(settled_village.database, settled_village.house) == 0


# --- for whom ------------------------------------------------------------------------------------


async def acts_for(village: Village, someone: Talker, code: str) -> None:
    """Let a chat act for somebody."""
    account, _ = await village.hire(Role.GRID_WORKER, GRID)
    async with village.database.unit(OPERATOR, "test") as uow:
        chat = await uow.conversations.load("paper", someone.address, "zh")
        whose = await uow.register.person(code)
        assert whose
        uow.become(Actor(Role.GRID_WORKER, GRID, account_id=account))
        number = await uow.proxies.consent(whose.id, "钱大成", "child", date(2027, 1, 31))
        await uow.proxies.enter(number, chat.id)


async def asked_for(village: Village) -> list[tuple[str, str]]:
    """The kinds of the open requests and the people they are for."""
    query = select(resident_request.c.kind, person.c.code).join(
        person, person.c.id == resident_request.c.person_id
    )
    async with village.database.unit(OPERATOR, "test") as uow:
        return [tuple(row) for row in await uow.connection.execute(query)]


@pytest.mark.parametrize(
    ("whom", "code"), [("我自己", "PRRRRRR"), ("PQQQQQQ 钱", "PQQQQQQ"), ("不提了", "")]
)
async def test_who_speaks_for_several_says_for_whom(
    settled_village: Village, whom: str, code: str
) -> None:
    village = settled_village
    son = await resident_of(village, "PRRRRRR")
    await acts_for(village, son, "PQQQQQQ")
    asked = await son.press("请网格员上门")
    assert "替谁提" in asked.text
    await son.press(whom)
    assert await asked_for(village) == ([("visit", code)] if code else [])


async def test_a_wrong_record_of_a_parent_is_told_as_theirs(settled_village: Village) -> None:
    village = settled_village
    son = await resident_of(village, "PRRRRRR")
    await acts_for(village, son, "PQQQQQQ")
    await son.press("记录有误")
    await son.press("PQQQQQQ 钱")
    await son.say("2023年的缴费没有记上")
    assert await asked_for(village) == [("mistake", "PQQQQQQ")]


async def test_from_a_status_it_is_for_the_one_who_is_shown(settled_village: Village) -> None:
    village = settled_village
    await draws_since(village, "PQQQQQQ", date(2026, 3, 1))
    son = await resident_of(village, "PRRRRRR")
    await acts_for(village, son, "PQQQQQQ")
    await son.say("/pension")
    await son.press("PQQQQQQ 钱")
    await son.press("请网格员上门")
    assert await asked_for(village) == [("visit", "PQQQQQQ")]


async def test_a_consent_that_ended_meanwhile_asks_for_nobody(settled_village: Village) -> None:
    village = settled_village
    son = village.talker("son")
    await son.say("/start")
    await acts_for(village, son, "PQQQQQQ")
    await son.do(Tap(token="z:mistake:PQQQQQQ"))
    village.clock.turn(days=90)
    assert "请先绑定" in (await son.say("2023年的缴费没有记上")).text
    assert await asked_for(village) == []
