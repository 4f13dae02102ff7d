"""Reports are counted from the records, printed from a page or downloaded, and logged."""

from __future__ import annotations

import io
import re

import openpyxl

from storage.policy import Actor, Role
from tests.bot.office.conftest import Answer, House
from tests.bot.reports.filing import PATROLS, file, inspected
from tests.handlers.conftest import COUNTY, GRID


def rows(page: Answer) -> list[list[str]]:
    """The cells of every row of every table of a page."""
    lines = re.findall(r"<tr>(.*?)</tr>", page.text, re.DOTALL)
    return [re.findall(r"<t[dh][^>]*>([^<]*)</t[dh]>", one) for one in lines]


def sheet(page: Answer) -> list[list[object]]:
    """The cells with something in them, row by row."""
    book = openpyxl.load_workbook(io.BytesIO(page.body))
    lines = [[one.value for one in line if one.value not in (None, "")] for line in book.active]
    return [one for one in lines if one]


async def patrols(house: House) -> None:
    mei = Actor(Role.GRID_WORKER, GRID, house.mei.account)
    for number, answers in enumerate(PATROLS):
        await file(house.village.database, mei, "food_drug_patrol", number, answers)


async def test_the_monthly_report_is_counted_and_logged(house: House) -> None:
    await patrols(house)
    above = await house.browser(house.above)
    listed = await above.get("/office/reports")
    assert "食品药品安全工作月报" in listed.text and "2026-11-01 – 2026-11-30" in listed.text
    assert "月度工作报送" in listed.text
    page = await above.get("/office/reports/food_drug_report")
    found = rows(page)
    assert found[0][:3] == ["单位类型", "巡查次数", "合格"]
    assert ["食品店", "2", "1", "0", "1", "0", "0", "3"] in found
    assert ["药店", "1", "0", "0", "0", "1", "1", "2"] in found
    assert ["餐饮", "0", "0", "0", "0", "0", "0", "0"] in found
    assert ["合计", "3", "1", "0", "1", "1", "1", "5"] in found
    assert ["示范shop店", "2026-11-20", "有过期食品", "2026-12-01"] in found
    assert "主要做法" in page.text
    book = sheet(await above.get("/office/reports/food_drug_report.xlsx"))
    assert book[0] == ["食品药品安全工作月报"]
    assert ["食品店", 2, 1, 0, 1, 0, 0, 3] in book
    logged = await house.rows("SELECT object FROM audit WHERE action = 'export'")
    assert logged == [("food_drug_report 990101001 2026-11-01",)] * 2


async def test_a_report_holds_no_other_area_and_no_other_month(house: House) -> None:
    await patrols(house)
    far = await house.staff(Role.TOWNSHIP_SUPERVISOR, f"{COUNTY}009", "far")
    other = await house.browser(far)
    page = await other.get("/office/reports/food_drug_report?area=990101001")
    assert rows(page)[-2:-1] != [] and ["合计", "0", "0", "0", "0", "0", "0", "0"] in rows(page)
    above = await house.browser(house.above)
    page = await above.get("/office/reports/food_drug_report?day=2026-10-05")
    assert "2026-10-01 – 2026-10-31" in page.text
    assert ["合计", "0", "0", "0", "0", "0", "0", "0"] in rows(page)


async def test_half_a_year_of_health_records_is_analysed(house: House) -> None:
    mei = Actor(Role.GRID_WORKER, GRID, house.mei.account)
    (person,) = await house.rows(
        "SELECT id, code FROM person WHERE area_code = :area LIMIT 1", area=GRID
    )
    about = {"subject_kind": "person", "subject_id": person[0], "subject_code": person[1]}
    opened = {
        "head": {"what": "open", "notice": "yes"},
        "history": {"past": ["hypertension", "diabetes"]},
    }
    declined = {"head": {"what": "open", "notice": "no"}}
    closed = {"head": {"what": "close", "closed": "deceased"}}
    for number, answers in enumerate((opened, declined, closed)):
        await file(house.village.database, mei, "health_archive", number, answers, **about)
    above = await house.browser(house.above)
    page = await above.get("/office/reports/health_archive_report?day=2026-11-20")
    found = rows(page)
    assert "2026-07-01 – 2026-12-31" in page.text
    assert ["合计", "1", "1", "1", "0"] in found
    assert ["高血压", "1"] in found and ["糖尿病", "1"] in found and ["冠心病", "0"] in found
    assert str(person[1]) not in page.text


async def test_an_inspection_is_printed_with_its_grades_and_grounds(house: House) -> None:
    administrator = await house.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "head")
    actor = Actor(Role.COUNTY_ADMINISTRATOR, COUNTY, administrator.account)
    made = await file(house.village.database, actor, "child_inspection", 1, inspected())
    head = await house.browser(administrator)
    assert (
        f"/office/reports/inspection/{made.instance_id}" in (await head.get("/office/reports")).text
    )
    page = await head.get(f"/office/reports/inspection/{made.instance_id}")
    found = rows(page)
    items = [one for one in found if one and one[0].isdecimal()]
    assert [one[0] for one in items] == [str(number) for number in range(1, 27)]
    assert items[6][2] == "B 部分符合"
    assert items[6][3] == "1 处不满足；系统数据：每半年走访散居孤儿，已做 3，应做 4，逾期或未完成 1"
    assert items[6][1] == "乡镇每半年走访一次，覆盖100%，有档案"
    assert (items[19][2], items[19][3]) == ("C 不符合", "差错率 6.5%")
    assert ["B 部分符合", "1", "7"] in found
    assert ["一 散居孤儿"] in found
    assert "12月底前补齐走访。" in page.text
    book = sheet(await head.get(f"/office/reports/inspection/{made.instance_id}.xlsx"))
    assert book[0] == ["儿童福利领域督查表"]
    assert ["B 部分符合", 1, "7"] in book


async def test_what_is_no_report_is_not_found(house: House) -> None:
    await patrols(house)
    above = await house.browser(house.above)
    for name in ("nothing", "inspection/uuid:food_drug_patrol-0", "inspection/nothing.xlsx"):
        assert (await above.get(f"/office/reports/{name}")).status == 404


async def test_workers_have_no_reports(house: House) -> None:
    mei = await house.browser(house.mei)
    assert (await mei.get("/office/reports")).status == 403
