"""A supervisor reminds of a duty and lifts it in the office, as in the chat."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scheduler.closing import keep_up
from storage.policy import OPERATOR, Role
from tests.bot.office.conftest import Browser, House
from tests.handlers.conftest import COUNTY, TOWNSHIP

HOME = "/office/register/household/HAAAAAA"
LATE = "/office/overdue"


@pytest.fixture
async def late(house: House) -> House:
    """At ten in the morning of 25 December every home of the month is overdue."""
    house.village.clock.set(datetime(2026, 12, 25, 2, tzinfo=UTC))
    await keep_up(house.village.database, house.rules)
    return house


@pytest.fixture
async def above(late: House) -> Browser:
    return await late.browser(late.above)


async def duty(house: House, code: str = "HAAAAAA") -> int:
    """The open duty of a household."""
    ((number,),) = await house.rows(
        "SELECT o.id FROM obligation o JOIN household h ON h.id = o.household_id"
        " WHERE h.code = :code",
        code=code,
    )
    assert isinstance(number, int)
    return number


async def ends(house: House) -> list[tuple[object, ...]]:
    return await house.rows(
        "SELECT h.code, o.ended, o.reason FROM obligation o"
        " JOIN household h ON h.id = o.household_id ORDER BY 1"
    )


async def logged(house: House, action: str) -> list[str]:
    rows = await house.rows(
        "SELECT object FROM audit WHERE action = :action ORDER BY id", action=action
    )
    return [str(one) for (one,) in rows]


async def told(house: House) -> list[str]:
    """What the worker has read by now."""
    await house.village.sender.drain()
    return house.mei.texts


async def test_a_worker_is_reminded_from_the_page_of_the_household(
    late: House, above: Browser
) -> None:
    number = await duty(late)
    assert f"/office/duties/{number}/remind" in (await above.get(HOME)).text
    done = await above.post(f"/office/duties/{number}/remind", after=HOME)
    assert done.path == HOME and done.told.startswith("已提醒")
    assert "督导提醒您：**HAAAAAA" in (await told(late))[-1]
    assert await logged(late, "remind") == ["G02:2026-12:HAAAAAA"]
    again = await above.post(f"/office/duties/{number}/remind", after=HOME)
    assert again.told.startswith("今天已经提醒过")
    assert await logged(late, "remind") == ["G02:2026-12:HAAAAAA"]


async def test_ticked_duties_are_reminded_of_at_once(late: House, above: Browser) -> None:
    page = await above.get(LATE)
    numbers = page.values("duty")
    assert len(numbers) == 3 and 'formaction="/office/overdue/remind"' in page.text
    done = await above.post("/office/overdue/remind", duty=numbers, after=f"{LATE}?page=0")
    assert done.path == LATE and done.told.startswith("已提醒 3 项。")
    assert len(await logged(late, "remind")) == 3
    again = await above.post("/office/overdue/remind", duty=numbers)
    assert again.told.startswith("已提醒 0 项；3 项没有提醒")
    assert "没有选中" in (await above.post("/office/overdue/remind")).told


async def test_a_duty_is_lifted_for_a_reason_of_its_rule(late: House, above: Browser) -> None:
    number = await duty(late)
    page = await above.get(f"/office/duties/{number}")
    assert "每月入户" in page.text and "HAAAAAA" in page.text and "确认免除" in page.text
    before = await ends(late)
    for nonsense in ("", "nonsense", "hospital'"):
        refused = await above.post(f"/office/duties/{number}/exempt", reason=nonsense)
        assert refused.told.startswith("没有免除")
    assert await ends(late) == before
    reason = page.text.split('<option value="')[2].partition('"')[0]
    done = await above.post(f"/office/duties/{number}/exempt", reason=reason, after=HOME)
    assert done.path == HOME and done.told == "已免除，走访员会收到通知。"
    assert ("HAAAAAA", "exempt", reason) in await ends(late)
    assert "督导免除了：**HAAAAAA" in (await told(late))[-1]
    assert await logged(late, "exempt") == [f"G02:2026-12:HAAAAAA:{reason}"]
    assert "每月入户：免除" in done.text
    again = await above.post(f"/office/duties/{number}/exempt", reason=reason)
    assert "已经处理过" in again.told
    over = await above.get(f"/office/duties/{number}")
    assert "确认免除" not in over.text and "提醒走访员" not in over.text


async def test_nobody_lifts_what_is_their_own(late: House, above: Browser) -> None:
    number = await duty(late)
    async with late.village.database.unit(OPERATOR, "test") as uow:
        from sqlalchemy import update

        from storage.obligation_tables import obligation

        own = update(obligation).where(obligation.c.id == number)
        await uow.connection.execute(own.values(account_id=late.above.account))
    before = await ends(late)
    assert "确认免除" not in (await above.get(f"/office/duties/{number}")).text
    refused = await above.post(f"/office/duties/{number}/exempt", reason="other")
    assert "另一位督导" in refused.told and await ends(late) == before
    await above.post(f"/office/duties/{number}/remind")
    assert await logged(late, "remind") == []


async def test_nobody_decides_elsewhere(late: House) -> None:
    number, before = await duty(late), await ends(late)
    far = await late.staff(Role.TOWNSHIP_SUPERVISOR, COUNTY + "009", "far")
    one = await late.staff(Role.CHILD_SUPERVISOR, TOWNSHIP, "one")
    for who, status in ((far, 404), (one, 403)):
        browser = await late.browser(who)
        assert (await browser.get(f"/office/duties/{number}")).status == status
        for act in ("remind", "exempt"):
            page = await browser.post(f"/office/duties/{number}/{act}", reason="other")
            assert page.status == status
        await browser.post("/office/overdue/remind", duty=[number])
    assert await ends(late) == before and await logged(late, "remind") == []


@pytest.mark.parametrize(
    "after", ["//evil.example", "/office/overdue", "x", "/office/register/\nx"]
)
async def test_one_comes_back_to_the_office_alone(late: House, above: Browser, after: str) -> None:
    number = await duty(late)
    done = await above.post(f"/office/duties/{number}/remind", after=after)
    assert done.path == f"/office/duties/{number}" and done.told
