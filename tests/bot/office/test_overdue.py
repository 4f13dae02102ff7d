"""The list of what is overdue: narrowed, given to somebody else, kept as a file."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime

import openpyxl
import pytest
from sqlalchemy import select, update

from scheduler.closing import keep_up
from storage.obligation_tables import obligation
from storage.policy import OPERATOR, Role
from tests.bot.office.conftest import House
from tests.handlers.conftest import COUNTY


@pytest.fixture
async def late(house: House) -> House:
    """On 23 December every home of the month is overdue."""
    house.village.clock.set(datetime(2026, 12, 25, 2, tzinfo=UTC))
    await keep_up(house.village.database, house.rules)
    return house


async def owners(house: House) -> dict[object, object]:
    rows = await house.rows(
        "SELECT household.code, obligation.account_id FROM obligation"
        " JOIN household ON household.id = obligation.household_id"
    )
    return dict(rows)


async def test_ticked_duties_go_to_somebody_else_after_one_more_look(late: House) -> None:
    above = await late.browser(late.above)
    page = await above.get("/office/overdue")
    duties = page.values("duty")
    assert len(duties) == 3
    before = await owners(late)

    asked = await above.post("/office/overdue/reassign", duty=duties)
    assert asked.status == 200 and "改派 3 项走访" in asked.text
    assert await owners(late) == before  # nothing is changed by looking

    done = await above.post("/office/overdue/give", duty=duties, to=late.lan.account)
    assert done.path == "/office/overdue"
    assert "走访交给" in done.told
    assert set((await owners(late)).values()) == {late.lan.account}
    actions = await late.rows("SELECT action FROM audit WHERE channel = 'web'")
    assert ("reassign",) in actions


async def test_everybody_is_told_once_of_many(late: House) -> None:
    above = await late.browser(late.above)
    duties = (await above.get("/office/overdue")).values("duty")
    await late.village.sender.drain()
    await above.post("/office/overdue/give", duty=duties, to=late.lan.account)
    told = await late.rows("SELECT kind FROM outbox WHERE state = 'queued'")
    assert told == [("notice",), ("notice",)]


@pytest.mark.parametrize("fields", [{}, {"duty": "0"}, {"duty": "x; DROP TABLE", "to": "1"}])
async def test_nothing_ticked_changes_nothing(late: House, fields: dict[str, str]) -> None:
    above = await late.browser(late.above)
    before = await owners(late)
    page = await above.post("/office/overdue/give", **fields)
    assert page.path == "/office/overdue" and "没有选中" in page.told
    assert await owners(late) == before


async def test_whoever_takes_over_works_around_there(late: House) -> None:
    above = await late.browser(late.above)
    duties = (await above.get("/office/overdue")).values("duty")
    before = await owners(late)
    await above.post("/office/overdue/give", duty=duties, to=999)
    assert await owners(late) == before


async def test_another_townships_duties_are_not_there(late: House) -> None:
    far = await late.staff(Role.TOWNSHIP_SUPERVISOR, COUNTY + "009", "far")
    above, other = await late.browser(late.above), await late.browser(far)
    duties = (await above.get("/office/overdue")).values("duty")
    before = await owners(late)
    assert (await other.get("/office/overdue")).values("duty") == []
    page = await other.post("/office/overdue/give", duty=duties, to=far.account)
    assert "没有选中" in page.told and await owners(late) == before


async def test_a_post_from_another_site_does_nothing(late: House) -> None:
    above = await late.browser(late.above)
    duties = (await above.get("/office/overdue")).values("duty")
    before = await owners(late)
    headers = {"Sec-Fetch-Site": "cross-site"}
    data = {"duty": duties[0], "to": str(late.lan.account)}
    async with above.page.post("/office/overdue/give", data=data, headers=headers) as answer:
        assert answer.status == 403
    assert await owners(late) == before


async def test_the_list_is_narrowed_by_age(late: House) -> None:
    above = await late.browser(late.above)
    assert len((await above.get("/office/overdue?older=7")).values("duty")) == 0
    assert len((await above.get("/office/overdue?older=0")).values("duty")) == 3
    assert len((await above.get("/office/overdue?older=%27")).values("duty")) == 3


async def test_the_list_is_kept_as_csv_and_as_a_workbook(late: House) -> None:
    above = await late.browser(late.above)
    answer = await above.get("/office/overdue/file.csv")
    assert answer.body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))))
    assert rows[0][0] == "编号" and len(rows) == 4
    book = openpyxl.load_workbook(io.BytesIO((await above.get("/office/overdue/file.xlsx")).body))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == rows[0]
    for number, row in enumerate(rows[1:], 2):
        cells = [cell.value for cell in sheet[number]]
        assert cells[0] == row[0] and isinstance(cells[4], datetime) and isinstance(cells[5], int)
        assert f"{cells[4]:%Y-%m-%d}" == row[4]
    assert await late.rows("SELECT count(*) FROM audit WHERE action = 'export'") == [(2,)]


@pytest.mark.parametrize("many", [1, 10_000])
@pytest.mark.parametrize("chunk", [1, 2, 3])
async def test_all_of_the_list_is_in_the_file_in_its_order(
    late: House, monkeypatch: pytest.MonkeyPatch, chunk: int, many: int
) -> None:
    monkeypatch.setattr("storage.overdue.CHUNK", chunk)
    monkeypatch.setattr("storage.overdue.MANY", many)
    async with late.village.database.unit(OPERATOR, "test") as uow:
        first = select(obligation.c.id).where(obligation.c.ended.is_(None)).limit(1)
        anyday = update(obligation).where(obligation.c.id == first.scalar_subquery())
        await uow.connection.execute(anyday.values(closes=None))  # one that never closes: the last
    above = await late.browser(late.above)
    listed = re.findall(
        r'href="/office/register/household/([^"]+)"', (await above.get("/office/overdue")).text
    )
    body = (await above.get("/office/overdue/file.csv")).body.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(body)))[1:]
    assert len(rows) == 3 and [row[0] for row in rows] == listed
    assert rows[-1][6] == "" and all(row[6] for row in rows[:-1])
