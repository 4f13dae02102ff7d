"""A file of people is looked at before anything changes, and is taken back for a day."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.office.pages import register_previews
from bot.register.planning import Plan, plan
from bot.register.resuming import resume
from bot.register.work import chunks
from storage.areas import Area
from storage.office_tables import charge
from storage.policy import OPERATOR, Role
from storage.register_imports import RegisterImports
from storage.tables import household, person, person_tag
from tests.bot.office.conftest import Browser, House
from tests.bot.office.imports import (
    PATH,
    SON,
    SUN,
    WANG,
    confirm,
    register,
    said,
    send,
    settled_page,
)
from tests.bot.office.people_files import HEAD, as_csv, as_workbook, id_number
from tests.handlers.conftest import COUNTY, GRID, NEXT_GRID, TOWNSHIP


async def duties(house: House) -> list[tuple[object, ...]]:
    """The open duties of households, by code."""
    return await house.rows(
        "SELECT h.code, o.area_code, o.period_key FROM obligation o"
        " JOIN household h ON h.id = o.household_id WHERE o.ended IS NULL ORDER BY 1, 3"
    )


async def test_a_file_is_shown_then_taken_in_then_taken_back(house: House, above: Browser) -> None:
    before, owed = await register(house), await duties(house)
    page = await send(above, as_csv(SUN, SON, WANG))
    text = said(page)
    assert "新户 1" in text and "新增人 2" in text and "信息有变 1" in text
    assert "电话：139****9000" in text and "列入：独居" in text
    assert await register(house) == before
    for secret in ("13800138000", "13900139000", "孙秀英", "王德福", id_number()):
        assert secret not in page.text

    done = await confirm(above, page)
    assert "已导入" in said(done)
    after = await register(house)
    assert ("N1", GRID, "孙秀英", "13800138000", True, ("lives_alone",)) in after
    assert ("N1", GRID, "孙大伟", "", False, ()) in after
    wang = ("hypertension", "lives_alone", "over_65")
    assert ("HAAAAAA", GRID, "王德福", "13900139000", True, wang) in after
    assert {code for code, *_ in await duties(house)} == {"N1", *(code for code, *_ in owed)}

    undone = await settled_page(above, await above.post(f"{done.path}/undo"))
    assert "已撤回" in said(undone)
    assert await register(house) == before
    assert await duties(house) == owed
    again = await confirm(above, await send(above, as_csv(SUN, SON, WANG)))
    assert "已导入" in said(again)
    assert await register(house) == after
    assert {code for code, *_ in await duties(house)} == {"N1", *(code for code, *_ in owed)}


async def test_the_same_file_again_changes_nothing(house: House, above: Browser) -> None:
    await confirm(above, await send(above, as_csv(SUN, SON, WANG)))
    page = await send(above, as_csv(SUN, SON, WANG))
    assert "没有要改的" in said(page) and page.values("seen") == []
    assert "没有变化 3" in said(page)


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "utf-16"])
async def test_every_encoding_that_spreadsheets_write_is_read(
    above: Browser, encoding: str
) -> None:
    assert "新增人 2" in said(await send(above, as_csv(SUN, SON, encoding=encoding)))


async def test_merged_cells_titles_and_dates_as_numbers_are_read(
    house: House, above: Browser
) -> None:
    rows: list[Sequence[Any]] = [
        ("柳树村登记表",),
        HEAD,
        ("Ｎ２", GRID, "柳树村8号", "周桂香", "女", 18327, "", "１３８００１３８０００", "是", ""),
        (None, None, None, "周小雨", "女", date(1995, 1, 2), None, None, None, None),
        (None, None, None, "周小雪", "女", "1998年3月4日", None, None, None, None),
    ]
    content = as_workbook(*rows, merged=["A1:J1", "A3:A6", "B3:B6", "C3:C6"])
    await confirm(above, await send(above, content, "people.xlsx"))
    born = await house.rows(
        "SELECT p.birth_date FROM person p JOIN household h ON h.id = p.household_id"
        " WHERE h.code = 'N2' ORDER BY 1"
    )
    assert [str(day) for (day,) in born] == ["1950-03-05", "1995-01-02", "1998-03-04"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({1: "990199"}, "B3 区划代码"),
        ({1: "990101002"}, "没有这个区划代码"),
        ({6: id_number()[:-1] + ("0" if id_number()[-1] != "0" else "1")}, "校验不对"),
        ({5: "昨天"}, "不是日期"),
        ({9: "会飞"}, "没有“会飞”这个类别"),
        ({3: "孙秀英", 4: "女", 5: "", 6: id_number()}, "第 2 行"),
    ],
)
async def test_a_bad_row_is_told_by_its_cell_and_nothing_can_be_confirmed(
    house: House, above: Browser, row: dict[int, str], words: str
) -> None:
    before = await register(house)
    bad = [row.get(place, value) for place, value in enumerate(SON)]
    page = await send(above, as_csv(SUN, bad))
    assert words in said(page) and page.values("seen") == []
    stubborn = await above.post(f"{page.path}/confirm", seen="x")
    assert "请再看一遍" in stubborn.told
    assert await register(house) == before


async def test_what_is_not_the_actors_is_not_changed(house: House, above: Browser) -> None:
    await house.staff(Role.TOWNSHIP_SUPERVISOR, "990101002", "far")
    chief = await house.browser(await house.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "chief"))
    async with house.village.database.unit(OPERATOR, "test") as uow:
        await uow.areas.put([Area("990101002001", "village", "远村", "990101002")])
    far = ("F1", "990101002001", "", *SUN[3:])
    await confirm(chief, await send(chief, as_csv(far)))
    page = await send(above, as_csv(SUN))
    assert "登记在别处" in said(page) and "F1" not in page.text
    assert "不在您的辖区" in said(await send(above, as_csv(("F1", "", "", *SON[3:]))))
    assert "不在您的辖区" in said(await send(above, as_csv(("F2", "990101002", "", *SON[3:]))))
    (number,) = await house.rows("SELECT min(id) FROM register_import")
    assert (await above.get(f"{PATH}/{number[0]}")).status == 404


async def test_somebody_changed_or_visited_since_stays_and_is_named(
    house: House, above: Browser
) -> None:
    done = await confirm(above, await send(above, as_csv(SUN, SON, WANG)))
    later = await confirm(above, await send(above, as_csv((*WANG[:7], "13700137000", "", ""))))
    undone = await settled_page(above, await above.post(f"{done.path}/undo"))
    assert "PAAAAAA" in said(undone)
    kept = {(one[2], one[3]) for one in await register(house)}
    assert ("王德福", "13700137000") in kept and ("孙秀英", "13800138000") not in kept
    undone = await settled_page(above, await above.post(f"{later.path}/undo"))
    assert ("王德福", "13900139000") in {(one[2], one[3]) for one in await register(house)}


async def test_who_was_visited_stays(house: House, above: Browser) -> None:
    new = ("HAAAAAB", GRID, "", *SUN[3:])
    done = await confirm(above, await send(above, as_csv(new)))
    await house.mei.say("/menu")
    for button in ("我的走访户", "HAAAAAB", "入户走访", "今天", "入户", "已迁出"):
        await house.mei.press(button)
    await house.mei.say("搬到县城")
    await house.mei.press("提交")
    undone = await settled_page(above, await above.post(f"{done.path}/undo"))
    assert "HAAAAAB" in said(undone) and "已撤回" in said(undone)
    assert await house.rows("SELECT 1 FROM household WHERE code = 'HAAAAAB'") == [(1,)]


async def test_who_was_handed_to_a_worker_by_name_stays(house: House, above: Browser) -> None:
    done = await confirm(above, await send(above, as_csv(SUN)))
    async with house.village.database.unit(OPERATOR, "test") as uow:
        numbers = select(household.c.id).where(household.c.code == "N1")
        row = {
            "household_id": (await uow.connection.execute(numbers)).scalar_one(),
            "role": "grid_worker",
            "account_id": house.lan.account,
            "since": uow.now,
        }
        await uow.connection.execute(insert(charge).values(row))
    undone = await settled_page(above, await above.post(f"{done.path}/undo"))
    assert "N1" in said(undone)
    assert len(await house.rows("SELECT * FROM charge")) == 1


async def test_a_class_that_began_and_ended_today_comes_back_as_it_was(
    house: House, above: Browser
) -> None:
    spells = (
        "SELECT t.tag, t.since, t.until, t.source, t.ended_by FROM person_tag t"
        " JOIN person p ON p.id = t.person_id WHERE p.code = 'PAAAAAA' ORDER BY 1, 2"
    )
    today = date(2026, 12, 3)
    async with house.village.database.unit(OPERATOR, "test") as uow:
        numbers = select(person.c.id).where(person.c.code == "PAAAAAA")
        number = (await uow.connection.execute(numbers)).scalar_one()
        common = {"person_id": number, "source": "uuid:1"}
        ended = {"tag": "lives_alone", "since": today, "until": today, "ended_by": "uuid:2"}
        still = {"tag": "diabetes", "until": None, "ended_by": None}
        some = [date(2026, 1, 1), date(2026, 6, 1)]
        rows = [common | ended, *(common | still | {"since": day} for day in some)]
        await uow.connection.execute(insert(person_tag), rows)
    before = await house.rows(spells)
    done = await confirm(above, await send(above, as_csv(WANG), ends_tags="1"))
    tags = {one[2]: one[5] for one in await register(house)}
    assert tags["王德福"] == ("hypertension", "lives_alone")
    undone = await settled_page(above, await above.post(f"{done.path}/undo"))
    assert "PAAAAAA" not in said(undone)
    assert await house.rows(spells) == before


async def test_a_township_is_nowhere_to_live(above: Browser) -> None:
    page = await send(above, as_csv(("N1", TOWNSHIP, *SUN[2:])))
    assert "户要登记到村或网格" in said(page) and page.values("seen") == []


async def test_who_looks_is_logged_and_so_are_numbers_of_other_places(
    house: House, above: Browser
) -> None:
    async with house.village.database.unit(OPERATOR, "test") as uow:
        far = Area("990101002", "township", "远乡", COUNTY)
        await uow.areas.put([far, Area("990101002001", "village", "远村", far.code)])
    chief = await house.browser(await house.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "chief"))
    await confirm(chief, await send(chief, as_csv(("F1", "990101002001", "", *SUN[3:]))))
    page = await send(above, as_csv(SUN))
    await above.get(f"{page.path}?show=new")
    logged = await house.rows(
        "SELECT action, object FROM audit WHERE action IN ('preview', 'found_elsewhere')"
        " AND account_id = :it ORDER BY id",
        it=house.above.account,
    )
    number = page.path.rpartition("/")[2]
    assert logged == [("preview", f"import {number}"), ("found_elsewhere", f"import {number}: 1")]


async def test_pages_are_turned_without_comparing_all_of_it_again(
    house: House, above: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[int] = []

    async def counted(*given: Any) -> Plan:
        compared.append(1)
        return await plan(*given)

    monkeypatch.setattr(register_previews, "plan", counted)
    page = await send(above, as_csv(SUN, SON, WANG))
    for group in ("new", "changed", "tags"):
        assert (await above.get(f"{page.path}?show={group}")).values("seen") == page.values("seen")
    assert len(compared) == 1


async def test_a_household_moves_and_a_person_changes_the_household(
    house: House, above: Browser
) -> None:
    before, owed = await register(house), await duties(house)
    moving = ("HBBBBBB", NEXT_GRID, "", "李秀英", "女", "1970-01-01", "", "", "", "")
    page = await send(above, as_csv(moving))
    assert "迁户、换户 1" in said(page) and "柳树村第一网格 → 柳树村第二网格" in said(page)
    done = await confirm(above, page)
    assert ("HBBBBBB", NEXT_GRID) in {(code, area) for code, area, _ in await duties(house)}
    await settled_page(above, await above.post(f"{done.path}/undo"))
    assert (await register(house), await duties(house)) == (before, owed)

    await confirm(above, await send(above, as_csv(SUN)))
    with_mother = ("HCCCCCC", *SUN[1:3], *SUN[3:8], "", "")
    other = ("HCCCCCC", NEXT_GRID, "", *SUN[3:8], "", "")
    assert "不同" not in said(await send(above, as_csv(with_mother)))
    done = await confirm(above, await send(above, as_csv(other)))
    homes = {(one[0], one[1], one[2]) for one in await register(house)}
    assert ("HCCCCCC", NEXT_GRID, "孙秀英") in homes and ("N1", GRID, "孙秀英") not in homes
    await settled_page(above, await above.post(f"{done.path}/undo"))
    assert ("N1", GRID, "孙秀英") in {(one[0], one[1], one[2]) for one in await register(house)}


async def test_tags_end_only_where_that_was_asked_for(house: House, above: Browser) -> None:
    only = ("HAAAAAA", "", "", "王德福", "男", "1950-03-05", "", "", "", "独居")
    assert "移出" not in said(await send(above, as_csv(only)))
    page = await send(above, as_csv(only), ends_tags="1")
    assert "移出：高血压" in said(page)
    before = await register(house)
    done = await confirm(above, page)
    tags = {one[2]: one[5] for one in await register(house)}
    assert tags["王德福"] == ("lives_alone",) and tags["王小明"] == ("left_behind_child",)
    await settled_page(above, await above.post(f"{done.path}/undo"))
    assert await register(house) == before


async def test_a_namesake_is_pointed_out(above: Browser) -> None:
    twin = ("N3", GRID, "", "王德福", "男", "1950-03-05", "", "", "", "")
    page = await send(above, as_csv(twin))
    assert "PAAAAAA 同名" in said(page) and page.values("seen")


async def test_a_register_that_changed_meanwhile_is_shown_again(
    house: House, above: Browser
) -> None:
    first = await send(above, as_csv(WANG))
    await confirm(above, await send(above, as_csv((*WANG[:7], "13700137000", "", ""))))
    (seen,) = first.values("seen")
    again = await above.post(f"{first.path}/confirm", seen=seen)
    assert "请再看一遍" in again.told and "137****7000" in said(again)


async def test_after_a_day_a_file_is_gone_and_nothing_is_undone(
    house: House, above: Browser
) -> None:
    done = await confirm(above, await send(above, as_csv(SUN)))
    waiting = await send(above, as_csv(WANG))
    assert await house.rows("SELECT content FROM register_import WHERE state = 'applied'") == [
        (None,)
    ]
    ((sealed,),) = await house.rows("SELECT content FROM register_import WHERE state = 'waiting'")
    assert isinstance(sealed, bytes) and "王德福".encode() not in sealed
    house.village.clock.turn(hours=25)
    async with house.village.database.unit(OPERATOR, "test") as uow:
        await uow.purge()
    above = await house.browser(house.above)
    assert (await above.get(waiting.path)).status == 404
    assert "撤回这次导入" not in said(await above.get(done.path))
    late = await above.post(f"{done.path}/undo")
    assert "已经处理过了" in late.told
    assert await house.rows("SELECT * FROM register_import_change") == []


async def test_an_import_that_was_cut_off_goes_on(house: House, above: Browser) -> None:
    database = house.village.database
    rows = [
        (f"N{n}", GRID, "", "孙大伟", "男", f"19{n}-01-02", "", "", "", "") for n in range(60, 72)
    ]
    page = await send(above, as_csv(*rows))
    number = int(page.path.rpartition("/")[2])
    async with database.unit(OPERATOR, "test") as uow:
        imports = RegisterImports(uow.connection, uow.actor, uow.now)
        assert await imports.begin(number, {}, chunks(len(rows)))
    house.village.clock.turn(minutes=5)
    await asyncio.gather(*(resume(database, lambda: house.rules) for _ in range(2)))
    names = [one[2] for one in await register(house)]
    assert names.count("孙大伟") == 12
    assert await house.rows("SELECT state FROM register_import") == [("applied",)]
