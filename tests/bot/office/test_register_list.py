"""The register's list: narrowed by area and class, page by page, and never beyond the policy."""

from __future__ import annotations

import re
from datetime import date

import pytest

from bot.office.pages import register
from storage.areas import Area
from storage.enrolment import NewHousehold, NewPerson
from storage.policy import OPERATOR, Role
from tests.bot.office.conftest import Browser, House
from tests.handlers.conftest import COUNTY, GRID, NEXT_GRID, TOWNSHIP

PATH = "/office/register"


async def listed(browser: Browser, **asked: str) -> list[str]:
    """The codes on a page."""
    return codes((await browser.get(address(**asked))).text)


def address(**asked: str) -> str:
    return f"{PATH}?" + "&".join(f"{name}={value}" for name, value in asked.items())


def codes(text: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/office/register/\w+/(\w+)">', text)


def turn(text: str, way: str) -> str:
    """Where the link to the next or previous page leads; '' if there is none."""
    found = re.search(rf'rel="{way}" href="([^"]+)"', text)
    return found[1].replace("&amp;", "&") if found else ""


async def test_people_are_narrowed_to_an_area(house: House) -> None:
    above = await house.browser(house.above)
    assert await listed(above, area=GRID) == ["PAAAAAA", "PBBBBBB", "PCCCCCC"]
    assert await listed(above, area=NEXT_GRID) == ["PDDDDDD"]
    assert await listed(above, area=NEXT_GRID, kind="household") == ["HCCCCCC"]
    assert await listed(above, area=GRID, q="PC") == ["PCCCCCC"]
    everybody = await listed(above, area="990999")  # not theirs: as if none was chosen
    assert everybody == await listed(above) == ["PAAAAAA", "PBBBBBB", "PCCCCCC", "PDDDDDD"]


async def test_people_and_households_are_found_by_a_class(house: House) -> None:
    above = await house.browser(house.above)
    assert await listed(above, tag="hypertension") == ["PAAAAAA"]
    assert await listed(above, tag="hypertension", kind="household") == ["HAAAAAA"]
    assert await listed(above, tag="hypertension", q="PC") == []
    assert await listed(above, tag="hypertension", area=NEXT_GRID) == []
    page = await above.get(address(tag="hypertension"))
    assert "共 1 条" in page.text and '<option value="hypertension" selected>高血压' in page.text
    assert len(await listed(above, tag="none-of-ours")) == 4


async def test_a_class_tells_of_children_only_for_a_purpose_that_is_logged(house: House) -> None:
    above = await house.browser(house.above)
    plain = await above.get(address(tag="left_behind_child"))
    assert codes(plain.text) == [] and "说明用途" in plain.text
    assert await listed(above, tag="left_behind_child", kind="household") == []
    assert await listed(above, tag="left_behind_child", purpose="curiosity") == []
    assert await listed(above, tag="left_behind_child", purpose="visit") == ["PBBBBBB"]
    for_home = {"tag": "left_behind_child", "kind": "household", "purpose": "visit"}
    assert await listed(above, **for_home) == ["HAAAAAA"]
    logged = await house.rows(
        "SELECT object, purpose FROM audit WHERE action = 'list_register' AND purpose = 'visit'"
    )
    assert logged == [
        ("person PBBBBBB left_behind_child", "visit"),
        ("household HAAAAAA left_behind_child", "visit"),
    ]


async def test_who_looks_after_children_learns_of_no_class_of_others(house: House) -> None:
    one = await house.staff(Role.CHILD_SUPERVISOR, TOWNSHIP, "one")
    browser = await house.browser(one)
    for kind in ("person", "household"):
        for_grown_up = {"tag": "hypertension", "kind": kind, "purpose": "visit"}
        assert await listed(browser, **for_grown_up) == []
    of_child = {"tag": "left_behind_child", "purpose": "visit"}
    assert await listed(browser, **of_child) == ["PBBBBBB"]
    assert await listed(browser, **of_child, kind="household") == ["HAAAAAA"]


async def test_pages_are_turned_there_and_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "PAGE", 3)
    await settle_many(house)
    above = await house.browser(house.above)
    everybody = await listed(above, q="P")
    pages = []
    path = address(q="P")
    while path:
        page = (await above.get(path)).text
        pages.append(codes(page))
        assert "共 11 条" in page
        path = turn(page, "next")
    assert [len(one) for one in pages] == [3, 3, 3, 2] and pages[0] == everybody
    assert len({code for one in pages for code in one}) == 11
    back = [codes(page)]
    while path := turn(page, "prev"):
        page = (await above.get(path)).text
        back.insert(0, codes(page))
    assert back == [pages[0], *pages[1:]]
    assert not turn(page, "prev") and turn(page, "next")


async def settle_many(house: House) -> None:
    """Seven more in the township."""
    born = date(1960, 1, 1)
    homes = [
        NewHousehold(f"HM{n}", GRID, "", (NewPerson(f"PM{n}", "马小", "f", born, True),))
        for n in range(7)
    ]
    async with house.village.database.unit(OPERATOR, "test") as uow:
        await uow.register.enter(homes, "test")


async def test_a_place_that_is_not_ones_own_leads_to_nobody_else(house: House) -> None:
    far = Area(COUNTY + "009", "township", "远乡", COUNTY)
    born = date(1960, 1, 1)
    home = NewHousehold("HFAR", far.code, "", (NewPerson("PFAR", "钱某", "f", born, True),))
    async with house.village.database.unit(OPERATOR, "test") as uow:
        await uow.areas.put([far])
        await uow.register.enter([home], "test")
    above = await house.browser(house.above)
    for place in (f"{far.code}.A", "990.A", "~.~", "9.", ".", "%00.%00", f"{GRID}."):
        for way in ("after", "before"):
            for kind in ("person", "household"):
                page = await above.get(address(kind=kind, **{way: place}))
                assert page.status == 200 and "PFAR" not in page.text and "HFAR" not in page.text
    assert await listed(above, q="PFAR") == []
    assert await listed(above, area=far.code, q="PFAR") == []
