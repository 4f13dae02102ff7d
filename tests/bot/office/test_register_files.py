"""Files of people as townships keep them: old workbooks, names of places, other columns."""

from __future__ import annotations

import pytest

from bot.register.planning import Plan
from storage.areas import Area
from storage.import_tables import register_import
from storage.policy import OPERATOR
from storage.register_imports import RegisterImports
from tests.bot.office.conftest import Browser, House
from tests.bot.office.imports import PATH, SON, SUN, confirm, register, said, send
from tests.bot.office.people_files import HEAD, as_csv
from tests.handlers.conftest import COUNTY, GRID, NEXT_GRID, TOWNSHIP


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
