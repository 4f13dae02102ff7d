"""Letting in, keeping out and handing over on a page."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.office import narrowing
from bot.office.pages import people
from storage.policy import OPERATOR, Role
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


async def test_staff_are_found_by_role_area_and_name(house: House) -> None:
    async with house.village.database.unit(OPERATOR, "test") as uow:
        doctor = (await uow.accounts.add("Ouyang", Role.VILLAGE_DOCTOR, VILLAGE)).code
    above = await house.browser(house.above)
    mei, lan = [await code_of(house, one.account) for one in (house.mei, house.lan)]

    async def found(**asked: str) -> set[str]:
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        page = await above.get(f"/office/people?{query}")
        assert page.status == 200
        return set(re.findall(r'<th scope="row">(\w+) ', page.text))

    assert len(await found()) == 3
    assert await found(role="grid_worker") == {mei, lan}
    assert await found(area=GRID) == {mei}
    assert await found(q="ouY") == {doctor} and await found(q=lan.lower()) == {lan}
    assert await found(q="Ouyang", role="grid_worker") == set()
    assert len(await found(role="auditor", area="990303")) == 3  # not theirs: as if not asked
    assert "没有符合条件的人" in (await above.get("/office/people?q=nobody")).text


async def test_many_staff_are_turned_over_page_by_page(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "PAGE", 2)
    for n in range(3):
        await house.staff(Role.GRID_WORKER, GRID, f"w{n}")
    above = await house.browser(house.above)
    seen: list[str] = []
    for number in range(3):
        page = (await above.get(f"/office/people?role=grid_worker&page={number}")).text
        assert "工作人员（5）" in page
        assert ('rel="next"' in page, 'rel="prev"' in page) == (number < 2, number > 0)
        seen += re.findall(r'<th scope="row">(\w+) ', page)
    assert len(seen) == len(set(seen)) == 5
    beyond = await above.get("/office/people?page=99")
    assert beyond.status == 200 and "第 3 页" in beyond.text


async def test_where_areas_are_many_one_invites_into_a_chosen_one(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(narrowing, "MOST", 2)
    chief = await house.browser(await house.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "chief"))

    async def offered(area: str) -> list[str]:
        page = (await chief.get(f"/office/people?area={area}")).text
        assert ("先在上面的" in page) == (area != VILLAGE)
        select = page.rpartition('<select name="area" required>')[2].partition("</select>")[0]
        return re.findall(r'value="(\d+)"', select)

    assert await offered("") == [COUNTY, TOWNSHIP]
    assert await offered(TOWNSHIP) == [COUNTY, TOWNSHIP, VILLAGE]
    assert GRID in await offered(VILLAGE)
