"""Letting in, keeping out and handing over on a page."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from storage.policy import Role
from tests.bot.office.conftest import House
from tests.handlers.conftest import COUNTY, GRID, TOWNSHIP, VILLAGE, running


async def accounts(house: House) -> list[tuple[object, ...]]:
    return await house.rows("SELECT role, area_code, active FROM account ORDER BY id")


async def code_of(house: House, number: int | None) -> str:
    ((code,),) = await house.rows("SELECT code FROM account WHERE id = :id", id=number)
    return str(code)


async def test_an_invite_lets_somebody_in_and_is_shown_once(house: House) -> None:
    above = await house.browser(house.above)
    page = await above.post("/office/people", role="grid_worker", area=GRID, name="王")
    (code,) = re.findall(r"https://t.me/village_bot\?start=(\w+)\"", page.text)
    assert code not in (await above.get("/office/people")).text
    new = house.village.talker("new")
    welcome = await new.say(f"/start {code}")
    assert "网格员" in welcome.text


async def test_an_invite_lets_somebody_in_by_a_browser_alone(house: House) -> None:
    above = await house.browser(house.above)
    page = await above.post("/office/people", role="grid_worker", area=GRID, name="王")
    (token,) = re.findall(r"<code>http[^<]*/sign-in/([^<]+)</code>", page.text)
    new = await house.browser(None)
    assert (await new.post(f"/sign-in/{token}")).status == 200
    assert (await new.get("/office")).status == 403  # signed in, as somebody without an office
    again = await house.browser(None)
    assert (await again.post(f"/sign-in/{token}")).status != 200


@pytest.mark.parametrize(
    ("role", "area", "name"),
    [
        ("county_administrator", COUNTY, "王"),  # above oneself
        ("grid_worker", COUNTY + "009", "王"),  # beyond one's area
        ("grid_worker", VILLAGE, "王"),  # not the level of the role
        ("grid_worker", GRID, ""),
        ("grid_worker", GRID, "王" * 21),
        ("grid_worker", GRID, "13800000000"),
        ("nobody", GRID, "王"),
        ("", "", ""),
    ],
)
async def test_nobody_is_let_in_wrongly(house: House, role: str, area: str, name: str) -> None:
    above = await house.browser(house.above)
    before = await accounts(house)
    page = await above.post("/office/people", role=role, area=area, name=name)
    assert page.status == 200 and page.told
    assert await accounts(house) == before


async def test_an_account_is_suspended_and_resumed(house: House) -> None:
    above, mei = await house.browser(house.above), await code_of(house, house.mei.account)
    done = await above.post(f"/office/people/{mei}", act="suspend")
    assert f"{mei} 已暂停使用" in done.told
    done = await above.post(f"/office/people/{mei}", act="resume")
    assert f"{mei} 已恢复使用" in done.told
    assert {active for *_, active in await accounts(house)} == {1}


async def test_work_is_handed_over_to_a_new_account(house: House) -> None:
    above, mei = await house.browser(house.above), await code_of(house, house.mei.account)
    page = await above.post(f"/office/people/{mei}", act="hand_over", name="刘")
    assert "<code>" in page.text
    owners = await house.rows("SELECT DISTINCT account_id FROM obligation")
    assert (house.mei.account,) not in owners


async def test_nobody_acts_on_who_is_not_theirs(house: House) -> None:
    far = await house.staff(Role.TOWNSHIP_SUPERVISOR, COUNTY + "009", "far")
    other = await house.browser(far)
    before = await accounts(house)
    for number in (house.mei.account, house.above.account, far.account):
        code = await code_of(house, number)
        for act in ("suspend", "hand_over", "again", "confirm", "close"):
            page = await other.post(f"/office/people/{code}", act=act, name="王")
            assert "已经处理过" in page.told
    assert await accounts(house) == before
    assert TOWNSHIP not in (await other.get("/office/people")).text


async def test_the_chat_leads_a_supervisor_to_the_office(house: House) -> None:
    here = running(
        house.village.database,
        house.village.clock,
        house.village.channel,
        replace(house.village.house, url=house.base),
    )
    above = await here.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP, "boss")
    page = await above.press("办公室")
    (link,) = re.findall(r"/sign-in/\S+", page.text)
    browser = await house.browser(None)
    async with browser.page.post(link) as answer:
        assert answer.status == 200
    assert "完成情况" in (await browser.get("/office")).text
    async with browser.page.post(link) as answer:
        assert answer.status == 410  # it works once
