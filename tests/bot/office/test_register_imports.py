"""A file of people is looked at before anything changes, and is taken back for a day."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import pytest
from sqlalchemy import insert, select

from bot.office.pages import register_previews
from bot.register.planning import Plan, plan
from bot.register.resuming import resume
from bot.register.work import chunks
from storage.areas import Area
from storage.import_tables import register_import
from storage.office_tables import charge
from storage.policy import OPERATOR, Role
from storage.register_imports import RegisterImports
from storage.tables import household, person, person_tag
from tests.bot.office.conftest import Answer, Browser, House
from tests.bot.office.people_files import HEAD, as_csv, as_workbook, id_number
from tests.handlers.conftest import COUNTY, GRID, NEXT_GRID, TOWNSHIP
from tests.patience import PATIENCE

PATH: Final = "/office/register/imports"
SUN: Final = (
    "N1",
    GRID,
    "柳树村9号",
    "孙秀英",
    "女",
    "1968-05-12",
    id_number(),
    "13800138000",
    "是",
    "独居",
)
SON: Final = ("N1", "", "", "孙大伟", "男", "1995-01-02", "", "", "", "")
WANG: Final = (
    "HAAAAAA",
    "",
    "",
    "王德福",
    "男",
    "1950-03-05",
    "",
    "13900139000",
    "",
    "高血压 独居",
)


@pytest.fixture
async def above(house: House) -> Browser:
    """A browser of the township's supervisor."""
    return await house.browser(house.above)


async def send(browser: Browser, content: bytes, name: str = "people.csv", **fields: str) -> Answer:
    return await browser.upload(PATH, name, content, **fields)


async def confirm(browser: Browser, page: Answer) -> Answer:
    """Confirm a preview, and wait until it is in."""
    (seen,) = page.values("seen")
    return await settled_page(browser, await browser.post(f"{page.path}/confirm", seen=seen))


async def settled_page(browser: Browser, page: Answer) -> Answer:
    async with asyncio.timeout(PATIENCE):
        while "load delay" in page.text:
            await asyncio.sleep(0.01)
            page = await browser.get(page.path)
    return page


def said(page: Answer) -> str:
    """The words of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


async def register(house: House) -> list[tuple[object, ...]]:
    """Every person: household, name, phone, tags in force."""
    async with house.village.database.unit(OPERATOR, "test") as uow:
        from storage.register_changes import RegisterChanges

        ids = (await uow.connection.execute(select(household.c.id))).scalars().all()
        changes = RegisterChanges(uow.connection, uow.now, uow.today)
        homes = await changes.homes_by_id(ids)
    return sorted(
        (home.code, home.area_code, one.name, one.phone or "", one.head, tuple(sorted(one.tags)))
        for home in homes.values()
        for one in home.people
    )


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


@pytest.mark.parametrize("content", [b"PK\x03\x04 broken", b"%PDF-1.7", b"\xff\xfe\x00", b"a,b\n"])
async def test_what_is_no_table_is_told(above: Browser, content: bytes) -> None:
    page = await send(above, content)
    assert page.status == 200 and ("读不出表格" in page.told or "要改" in said(page))


@pytest.mark.parametrize(
    ("name", "inside", "words"),
    [
        ("people.xls", "Workbook", "另存为”，类型选“Excel 工作簿（*.xlsx）"),
        ("people.et", "Workbook", "旧格式"),
        ("people.xlsx", "EncryptedPackage", "密码"),
    ],
)
async def test_an_old_workbook_says_how_it_is_saved_anew(
    above: Browser, name: str, inside: str, words: str
) -> None:
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + inside.encode("utf-16-le")
    page = await send(above, content, name)
    assert page.path == PATH and words in page.told


async def test_a_file_that_nobody_wants_is_thrown_away(house: House, above: Browser) -> None:
    page = await send(above, as_csv(SUN))
    assert "没有导入" in (await above.post(f"{page.path}/forget")).told
    assert await house.rows("SELECT * FROM register_import") == []


async def test_the_empty_table_can_be_sent_back(above: Browser) -> None:
    file = await above.get(f"{PATH}/template")
    assert file.status == 200
    assert "没有要改的" in said(await send(above, file.body, "people.xlsx"))


async def test_a_village_or_grid_is_written_by_its_name(house: House, above: Browser) -> None:
    """The grids of the village are called the same but for their village."""
    rows = [
        (f"N{n}", place, "", "孙大伟", "男", f"199{n}-01-02", "", "", "", "")
        for n, place in enumerate(("第一网格", "柳树村第二网格", "柳树村 第一网格", "", GRID))
    ]
    rows[3] = ("N4", *rows[3][1:])  # in one household with the last, which says where
    page = await send(above, as_csv(*rows))
    assert "柳树村第二网格" in said(page) and page.values("seen")
    await confirm(above, page)
    homes = {one[0]: one[1] for one in await register(house)}
    assert [homes[f"N{n}"] for n in (0, 1, 2, 4)] == [GRID, NEXT_GRID, GRID, GRID]


async def test_a_name_of_several_lists_the_codes_that_it_could_be(
    house: House, above: Browser
) -> None:
    other = Area("990101001102", "village", "邻村", TOWNSHIP)
    twin = Area("990101001102001", "grid", "第一网格", other.code)
    far = Area("990101002", "township", "远乡", COUNTY)
    beyond = Area("990101002001", "village", "远村", far.code)
    async with house.village.database.unit(OPERATOR, "test") as uow:
        await uow.areas.put([other, twin, far, beyond])
    before = await register(house)

    async def told(place: str) -> str:
        page = await send(above, as_csv(SUN, ("N2", place, *SON[2:])))
        assert page.values("seen") == []
        return said(page)

    text = await told("第一网格")
    assert "B3 区划代码" in text and f"不止一个：{GRID} {twin.code}。" in text
    assert "没有叫这个名称的村或网格" in await told("第九网格")
    for elsewhere in ("远村", "远乡远村"):  # of another township nothing is said
        text = await told(elsewhere)
        assert "没有叫这个名称的村或网格" in text and beyond.code not in text
    page = await send(above, as_csv(("N2", "邻村第一网格", *SON[2:]), SUN))
    await confirm(above, page)
    assert ("N2", twin.code) in {one[:2] for one in await register(house)}
    assert len(await register(house)) == len(before) + 2


async def test_a_running_number_and_who_is_what_to_the_head_need_no_other_table(
    house: House, above: Browser
) -> None:
    """As townships keep their lists."""
    head = ("序号", "户编号", "网格", "姓名", "与户主关系", "性别", "出生日期", "备注")
    rows = [
        ("1", "N1", GRID, "孙秀英", "配偶", "女", "1968-05-12", "常住"),
        ("2", "N1", "", "孙大伟", "户主", "男", "1966-01-02", ""),
        ("3", "N1", "", "孙小伟", "长子", "男", "1990-01-02", "在外"),
    ]
    await confirm(above, await send(above, as_csv(*rows, head=head)))
    heads = {one[2]: one[4] for one in await register(house) if one[0] == "N1"}
    assert heads == {"孙秀英": False, "孙大伟": True, "孙小伟": False}
    page = await send(above, as_csv((*rows[0][:4], "邻居", *rows[0][5:]), head=head))
    assert "请写是或否" in said(page)
    page = await send(above, as_csv(rows[0], head=(*head[:7], "籍贯")))
    assert "不认识这个列名" in said(page)


async def test_of_many_findings_the_kinds_are_told_first(above: Browser) -> None:
    rows = [(f"N{n}", "990199", "", "孙大伟", "男", "1995-01-02") for n in range(12)]
    page = await send(above, as_csv(*rows, (*rows[0][:4], "不详", rows[0][5]), head=HEAD[:6]))
    assert "没有这个区划代码。 12 处" in said(page) and "1 处" in said(page)
    few = await send(above, as_csv(*rows[:3], head=HEAD[:6]))
    assert "3 处要改" in said(few) and "区划代码。 3 处" not in said(few)


async def test_the_page_tells_how_far_an_import_is(house: House, above: Browser) -> None:
    rows = [(f"N{n}", GRID, "", "孙大伟", "男", f"19{n}-01-02") for n in range(60, 68)]
    page = await send(above, as_csv(*rows, head=HEAD[:6]))
    number = int(page.path.rpartition("/")[2])
    async with house.village.database.unit(OPERATOR, "test") as uow:
        imports = RegisterImports(uow.connection, uow.actor, uow.now)
        assert await imports.begin(number, Plan((), (), ()).counts, 4)
    told = []
    for reached in (0, 1, 4):
        async with house.village.database.unit(OPERATOR, "test") as uow:
            table = register_import.update().where(register_import.c.id == number)
            await uow.connection.execute(table.values(reached=reached))
        text = said(await above.get(page.path))
        assert "已导入。" not in text
        told.append(text)
    assert "已完成 0%" in told[0] and "已完成 25%" in told[1]
    assert "正在更新走访任务" in told[2] and "%" not in told[2]
