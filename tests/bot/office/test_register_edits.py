"""A supervisor changes classes, households and areas by hand, and what is owed follows at once."""

from __future__ import annotations

import html

import pytest
from sqlalchemy import update

from storage.policy import OPERATOR, Role
from storage.tables import person
from tests.bot.office.conftest import Browser, House
from tests.handlers.conftest import COUNTY, GRID, NEXT_GRID, TOWNSHIP

PERSON = "/office/register/person"
HOME = "/office/register/household"


async def tags(house: House, code: str) -> set[str]:
    rows = await house.rows(
        "SELECT t.tag FROM person_tag t JOIN person p ON p.id = t.person_id"
        " WHERE p.code = :code AND t.until IS NULL",
        code=code,
    )
    return {str(tag) for (tag,) in rows}


async def logged(house: House, action: str) -> list[tuple[object, ...]]:
    return await house.rows("SELECT object FROM audit WHERE action = :it", it=action)


async def test_classes_begin_and_end_with_a_reason(house: House, above: Browser) -> None:
    done = await above.post(
        f"{PERSON}/PAAAAAA/tags",
        shown=["over_65", "hypertension"],
        tag=["over_65", "diabetes"],
        reason="体检发现",
    )
    assert "已改类别：PAAAAAA" in done.told
    assert await tags(house, "PAAAAAA") == {"over_65", "diabetes"}
    page = html.unescape(done.text)
    assert "列入：糖尿病" in page and "移出：高血压" in page and "体检发现" in page
    assert await logged(house, "change_tags") == [("PAAAAAA",)]
    ((sealed,),) = await house.rows("SELECT reason FROM register_edit")
    assert isinstance(sealed, bytes) and "体检".encode() not in sealed


@pytest.mark.parametrize("reason", ["", "   ", "长" * 101])
async def test_without_a_reason_nothing_changes(house: House, above: Browser, reason: str) -> None:
    before = await tags(house, "PAAAAAA")
    done = await above.post(f"{PERSON}/PAAAAAA/tags", tag="diabetes", reason=reason)
    assert "请写原因" in done.told
    assert await tags(house, "PAAAAAA") == before


async def test_a_class_that_nobody_knows_is_not_kept(house: House, above: Browser) -> None:
    shown = sorted(await tags(house, "PCCCCCC"))
    some = ["flying", "diabetes"]
    await above.post(f"{PERSON}/PCCCCCC/tags", shown=shown, tag=some, reason="试试")
    assert await tags(house, "PCCCCCC") == {"diabetes"}


async def test_a_number_in_a_reason_is_not_kept(house: House, above: Browser) -> None:
    done = await above.post(f"{PERSON}/PCCCCCC/tags", tag="diabetes", reason="电话13800138000说的")
    assert "13800138000" not in done.text and "说的" in done.text


async def test_a_person_goes_to_another_household(house: House, above: Browser) -> None:
    done = await above.post(f"{PERSON}/PAAAAAA/household", household="hcccccc", reason="随女儿住")
    assert "已换户" in done.told and "HAAAAAA 户 → HCCCCCC 户" in html.unescape(done.text)
    page = await above.get(f"{HOME}/HCCCCCC")
    assert "PAAAAAA" in page.text and "PDDDDDD" in page.text
    assert (await house.rows("SELECT area_code, head FROM person WHERE code = 'PAAAAAA'")) == [
        (NEXT_GRID, 0)
    ]
    for household in ("HCCCCCC", "HZZZZZZ", ""):
        again = await above.post(f"{PERSON}/PAAAAAA/household", household=household, reason="再来")
        assert "没有改动" in again.told


async def test_a_household_moves_with_what_it_is_owed(house: House, above: Browser) -> None:
    done = await above.post(f"{HOME}/HBBBBBB/area", area=NEXT_GRID, reason="搬家")
    assert "已迁户" in done.told and "第一网格 → " in html.unescape(done.text)
    owed = await house.rows(
        "SELECT o.area_code, a.id FROM obligation o JOIN household h ON h.id = o.household_id"
        " JOIN account a ON a.id = o.account_id WHERE h.code = 'HBBBBBB' AND o.ended IS NULL"
    )
    assert owed == [(NEXT_GRID, house.lan.account)]
    for area in ("990199", NEXT_GRID, "", GRID + "9"):
        again = await above.post(f"{HOME}/HBBBBBB/area", area=area, reason="搬家")
        assert "没有改动" in again.told


async def test_a_page_that_is_old_ends_no_class_that_began_since(
    house: House, above: Browser
) -> None:
    shown = (await above.get(f"{PERSON}/PAAAAAA")).values("shown")
    assert set(shown) == await tags(house, "PAAAAAA") == {"over_65", "hypertension"}
    await above.post(f"{PERSON}/PAAAAAA/tags", shown=shown, tag=[*shown, "diabetes"], reason="体检")
    await above.post(f"{PERSON}/PAAAAAA/tags", shown=shown, tag=["over_65"], reason="已好转")
    assert await tags(house, "PAAAAAA") == {"over_65", "diabetes"}


async def test_nobody_changes_who_has_died(house: House, above: Browser) -> None:
    async with house.village.database.unit(OPERATOR, "test") as uow:
        died = update(person).where(person.c.code == "PAAAAAA").values(state="deceased")
        await uow.connection.execute(died)
    before = await tags(house, "PAAAAAA")
    for what, fields in (("tags", {"tag": "diabetes"}), ("household", {"household": "HCCCCCC"})):
        done = await above.post(f"{PERSON}/PAAAAAA/{what}", reason="试试", **fields)
        assert "没有改动：PAAAAAA 已登记为迁出或去世" in done.told
        assert 'name="reason"' not in done.text and "不能再改" in done.text
    assert await tags(house, "PAAAAAA") == before


@pytest.mark.parametrize("where", [TOWNSHIP, GRID[:12]])
async def test_a_household_moves_only_where_people_live(
    house: House, above: Browser, where: str
) -> None:
    done = await above.post(f"{HOME}/HBBBBBB/area", area=where, reason="搬家")
    assert "没有改动" in done.told
    rows = await house.rows("SELECT area_code FROM household WHERE code = 'HBBBBBB'")
    assert rows == [(GRID,)]


async def test_who_only_reads_sees_no_form_and_nobody_changes_another_area(house: House) -> None:
    reader = await house.browser(await house.staff(Role.CHILD_SUPERVISOR, "990101001", "reader"))
    assert 'name="reason"' not in (await reader.get(f"{HOME}/HAAAAAA")).text
    far = await house.browser(await house.staff(Role.TOWNSHIP_SUPERVISOR, "990101002", "far"))
    for path, fields in (
        (f"{PERSON}/PAAAAAA/tags", {"tag": "diabetes"}),
        (f"{PERSON}/PAAAAAA/household", {"household": "HBBBBBB"}),
        (f"{HOME}/HAAAAAA/area", {"area": "990101002"}),
    ):
        assert (await far.post(path, reason="试试", **fields)).status == 404
        assert (await reader.post(path, reason="试试", **fields)).status == 403
    chief = await house.browser(await house.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "chief"))
    assert 'name="reason"' in (await chief.get(f"{HOME}/HAAAAAA")).text
