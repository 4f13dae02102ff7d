"""Tables for other offices are downloaded from a page, within one's area, and logged."""

from __future__ import annotations

import csv
import io

import openpyxl

from storage.policy import Role
from tests.bot.office.conftest import House
from tests.handlers.conftest import COUNTY
from tests.handlers.test_supervising import visit

MONTH = "since=2026-12-01&until=2026-12-31"


async def test_a_table_is_downloaded_and_logged(house: House) -> None:
    await visit(house.mei)
    above = await house.browser(house.above)
    page = await above.get("/office/tables")
    assert "走访任务完成情况" in page.text and "/office/tables/contacts" not in page.text
    plain = await above.get(f"/office/tables/duties_month.csv?{MONTH}")
    head, *rows = csv.reader(io.StringIO(plain.body.decode("utf-8-sig")))
    assert "完成情况" in head and len(rows) == 3
    book = await above.get(f"/office/tables/duties_month.xlsx?{MONTH}")
    sheet = openpyxl.load_workbook(io.BytesIO(book.body)).worksheets[0]
    assert sheet.max_row == 4
    logged = await house.rows("SELECT object FROM audit WHERE action = 'export'")
    assert logged == [("duties_month 990101001 3",)] * 2


async def test_a_table_holds_no_other_area(house: House) -> None:
    far = await house.staff(Role.TOWNSHIP_SUPERVISOR, f"{COUNTY}009", "far")
    other = await house.browser(far)
    answer = await other.get(f"/office/tables/duties_month.csv?{MONTH}&area=990101001")
    assert len(answer.body.decode("utf-8-sig").splitlines()) == 1


async def test_what_must_be_sealed_or_is_not_there_is_not_found(house: House) -> None:
    above = await house.browser(house.above)
    for name in ("contacts.csv", "nothing.xlsx"):
        assert (await above.get(f"/office/tables/{name}")).status == 404


async def test_a_table_that_may_tell_of_children_asks_what_for(house: House) -> None:
    above = await house.browser(house.above)
    for name in ("child_ledger", "key_people", "household_members", "health_archives"):
        asked = await above.get(f"/office/tables/{name}.csv?{MONTH}&purpose=curiosity")
        assert "未成年人" in asked.text and f"{name}.csv?since=2026-12-01" in asked.text
    assert await house.rows("SELECT * FROM audit WHERE action = 'export'") == []
    file = await above.get(f"/office/tables/key_people.csv?{MONTH}&purpose=followup")
    assert "出生日期" in file.body.decode("utf-8-sig")
    logged = await house.rows("SELECT purpose FROM audit WHERE action = 'export'")
    assert logged == [("followup",)]


async def test_what_names_grown_ups_or_codes_alone_asks_nothing(house: House) -> None:
    above = await house.browser(house.above)
    for name in ("duties_month", "overdue", "food_drug_month", "elderly_ledger", "visit_ledger"):
        file = await above.get(f"/office/tables/{name}.csv?{MONTH}")
        assert "未成年人的资料" not in file.body.decode("utf-8-sig")
