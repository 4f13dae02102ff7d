"""The list of records narrowed down; one record, what was said of it, and what it corrects."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from storage.policy import OPERATOR, Role
from tests.bot.office.conftest import Browser, House
from tests.handlers.conftest import COUNTY, GRID, NEXT_GRID, TOWNSHIP, Publish, ask
from tests.handlers.test_records_overseen import correct
from tests.handlers.test_supervising_decides import VISIT

__all__ = ["ask"]


@pytest.fixture
async def told(house: House, ask: Publish) -> House:
    """A record has come in that can be corrected."""
    await ask("well", VISIT)
    await house.mei.say("/menu")
    await house.mei.press("看井")
    await house.mei.say("明天")
    await house.mei.say("4")
    await house.mei.photo(b"\xff\xd8\xffwell")
    await house.mei.press("提交")
    return house


async def listed(browser: Browser, query: str = "") -> list[str]:
    """The records that the list shows."""
    page = await browser.get(f"/office/records?{query}")
    assert page.status == 200
    return re.findall(r"<td><a href=\"/office/records/(uuid:[0-9a-f-]+)\"", page.text)


async def send_back(above: Browser, record: str) -> None:
    page = await above.get(f"/office/records/{record}")
    refs = dict(re.findall(r'<option value="(/[^"]+)">([^<]+)', page.text))
    depth = next(ref for ref, label in refs.items() if "多深" in label)
    done = await above.decide(f"/office/records/{record}", "return", about=depth, reason="请再量")
    assert "已退回给" in done.told


async def test_the_list_is_narrowed_by_what_was_said(told: House) -> None:
    above = await told.browser(told.above)
    (record,) = await listed(above, "standing=waiting")
    assert await listed(above, "standing=approved") == []
    await above.decide(f"/office/records/{record}", "approve")
    assert await listed(above, "standing=approved") == [record]
    assert await listed(above, "standing=waiting") == await listed(above, "standing=returned") == []
    assert "已认可" in (await above.get("/office/records")).text


async def test_what_was_corrected_waits_again(told: House) -> None:
    above = await told.browser(told.above)
    (record,) = await listed(above)
    await send_back(above, record)
    assert await listed(above, "standing=returned") == [record]
    await told.village.sender.drain()
    await correct(told.mei)
    (corrected,) = await listed(above, "standing=waiting")
    assert corrected != record and await listed(above, "standing=returned") == []


async def test_the_list_is_narrowed_by_where_workers_are(told: House) -> None:
    above = await told.browser(told.above)
    assert len(await listed(above, f"workers={GRID}")) == 1
    assert await listed(above, f"workers={NEXT_GRID}") == []


@pytest.mark.parametrize("query", ["standing=odd", "workers=1'", "area=99", "since=never&form=%00"])
async def test_what_makes_no_sense_narrows_nothing(told: House, query: str) -> None:
    above = await told.browser(told.above)
    assert (await above.get(f"/office/records?{query}")).status == 200


async def test_the_reason_stands_beside_the_record(told: House) -> None:
    above = await told.browser(told.above)
    (record,) = await listed(above)
    await send_back(above, record)
    page = await above.get(f"/office/records/{record}")
    assert "<q>请再量</q>" in page.text and "多深" in page.text


async def test_every_version_shows_what_it_changed(told: House) -> None:
    above = await told.browser(told.above)
    (record,) = await listed(above)
    await send_back(above, record)
    await told.village.sender.drain()
    await correct(told.mei)
    page = await above.get(f"/office/records/{record}/history")
    assert "<del>4</del>" in page.text and "<ins>3</ins>" in page.text
    assert page.text.index("第 2 版") < page.text.index("第 1 版")
    assert "第一次提交" in page.text
    assert page.text.count("<del>") == 1


# --- four eyes -----------------------------------------------------------------------------------


async def test_nobody_approves_or_sends_back_their_own(told: House) -> None:
    above = await told.browser(told.above)
    (record,) = await listed(above)
    async with told.village.database.unit(OPERATOR, "test") as uow:
        of_above = {"who": told.above.account}
        for table in ("submission", "interview"):
            await uow.connection.execute(text(f"UPDATE {table} SET account_id = :who"), of_above)
    page = await above.get(f"/office/records/{record}")
    assert "这是您自己填的" in page.text and "/approve" not in page.text
    for act in ("approve", "return"):
        done = await above.decide(f"/office/records/{record}", act, about="", reason="好")
        assert "自己的事" in done.told
    assert await told.rows("SELECT * FROM record_review") == []
    for role, area in ((Role.TOWNSHIP_SUPERVISOR, TOWNSHIP), (Role.COUNTY_ADMINISTRATOR, COUNTY)):
        other = await told.browser(await told.staff(role, area, role.value))
        assert "已认可" in (await other.decide(f"/office/records/{record}", "approve")).told
