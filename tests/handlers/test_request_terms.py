"""Corrections and deletions are answered within 15 working days, and who oversees hears in time."""

from __future__ import annotations

from datetime import date

import pytest

from core.messages import Text
from handlers.request_terms import Terms, due_day, terms
from scheduler.calendars import WorkingDays
from storage.policy import OPERATOR, SYSTEM, Role
from tests.handlers.conftest import COUNTY, TOWNSHIP, Village
from tests.handlers.test_digests_sent import ALONE, reminding
from tests.handlers.test_resident_requests import resident_of, settled_village
from tests.scheduler.making import at

__all__ = ["settled_village"]

ASKED = at("2026-11-25 10:00")
DUE = date(2026, 12, 16)


def test_the_term_is_counted_in_working_days(village: Village) -> None:
    house = village.house
    assert due_day(house, "mistake", ASKED) == due_day(house, "deletion", ASKED) == DUE
    assert due_day(house, "visit", ASKED) is None
    days = WorkingDays.china()
    before_the_holidays = at("2026-09-28 23:30")  # eight days in October are off
    found = due_day(house, "mistake", before_the_holidays)
    assert found == days.add(date(2026, 9, 28), 15).day
    assert found and found > date(2026, 10, 20)


@pytest.mark.parametrize(
    ("today", "stands"),
    [
        (date(2026, 11, 25), Terms()),
        (date(2026, 12, 10), Terms()),
        (date(2026, 12, 11), Terms(near=1)),
        (DUE, Terms(near=1)),
        (date(2026, 12, 17), Terms(over=1)),
        (date(2027, 3, 1), Terms(over=1)),
    ],
)
def test_it_is_near_three_working_days_before(village: Village, today: date, stands: Terms) -> None:
    assert terms(village.house, [ASKED], today) == stands


async def test_the_resident_and_the_worker_read_until_when(settled_village: Village) -> None:
    village = settled_village
    village.clock.set(ASKED)
    worker, resident = await village.worker(), await resident_of(village)
    await resident.press("记录有误")
    said = await resident.do(Text(text="2023年的缴费没有记上"))
    assert "最晚 2026-12-16 答复" in said.text
    await worker.press("去看看")
    assert worker.last.button("最晚 12-16")
    opened = await worker.press("PQQQQQQ")
    assert "最晚答复：2026-12-16（15个工作日内）" in opened.text
    village.clock.set(at("2026-12-17 09:00"))
    await worker.say("/menu")
    await worker.press("居民的请求")
    assert worker.last.button("★ 钱（PQQQQQQ）反映记录有误，12-16 已到期")
    assert "已经超期" in (await worker.press("PQQQQQQ")).text


async def test_who_wants_a_visit_is_promised_no_day(settled_village: Village) -> None:
    worker, resident = await settled_village.worker(), await resident_of(settled_village)
    assert "最晚" not in (await resident.press("请网格员上门")).text
    await worker.press("去看看")
    assert not any("最晚" in one.text for one in worker.last.buttons)


async def test_who_oversees_hears_that_a_term_is_near_and_that_it_is_over(village: Village) -> None:
    one = reminding(village, ALONE)
    boss = await one.village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    county = await one.village.staff(Role.COUNTY_ADMINISTRATOR, COUNTY)
    one.clock.set(ASKED)
    async with one.database.unit(SYSTEM, "test") as uow:
        chat = await uow.conversations.load("paper", "resident", "zh")
        for kind in ("visit", "deletion"):
            assert await uow.resident_requests.ask(1, chat.id, kind, "")
    heard = {}
    for day in (10, 11, 16, 17):
        before = len(boss.sheet), len(county.sheet)
        await one.tick(f"2026-12-{day} 08:30")
        told = zip((boss, county), before, strict=True)
        heard[day] = ["\n".join(who.texts[n:]) for who, n in told]
    assert not any("期限" in text for text in heard[10])
    assert all("1 件快到答复期限" in text for text in (*heard[11], *heard[16]))
    assert all("1 件已过答复期限" in text for text in heard[17])
    async with one.database.unit(OPERATOR, "test") as uow:
        assert await uow.resident_requests.waiting() == []  # nobody's to answer by command line
