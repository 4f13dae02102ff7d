"""The overview: one rule by village, what is overdue by age, the trend, and the burden meter."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import text

from bot.office.charts import rising, stacked
from bot.office.pages.trend import months_until
from storage.policy import OPERATOR, Role
from tests.bot.office.conftest import Answer, House
from tests.handlers.conftest import COUNTY, GRID, TOWNSHIP
from tests.handlers.test_supervising import visit


async def test_a_rule_is_shown_by_village(house: House) -> None:
    above = await house.browser(house.above)
    page = await above.get("/office/rules/G02/coverage")
    assert page.status == 200 and "柳树村" in page.text


async def test_what_is_overdue_is_told_by_age_and_each_age_is_listed(house: House) -> None:
    above = await house.browser(house.above)
    house.village.clock.turn(days=28)
    page = await above.get("/office")
    assert "逾期多久" in page.text
    bands = re.findall(r'href="(/office/overdue\?area=\d+[^"]*)"><span>(.*?)</span>', page.text)
    assert [words for _, words in bands] == [
        *("不到 7 天", "7 天到 30 天", "30 天到 60 天", "60 天以上")
    ]
    told = [int(n) for n in re.findall(r'<strong class="n">(\d+)</strong></a></li>', page.text)]
    listed = []
    for address, _ in bands:
        found = await above.get(address.replace("&amp;", "&"))
        heading = re.search(r"<h1>逾期的走访（(\d+)）", found.text)
        assert heading
        listed.append(int(heading[1]))
    assert sum(told) > 0 and listed == told


async def test_the_trend_counts_what_was_owed_in_each_month(house: House) -> None:
    await visit(house.mei)
    above = await house.browser(house.above)
    page = await above.get("/office/trend")
    rows = re.findall(r'month=([\d-]+)">[^<]*</a></th>((?:<td[^>]*>[^<]*</td>)+)', page.text)
    numbers = {month: re.findall(r">([^<]+)</td>", cells) for month, cells in rows}
    assert len(numbers) == 12
    assert numbers["2026-12"] == ["3", "1", "0", "33%"]
    assert numbers["2026-01"][0] == "0" and "mei" not in page.text


def test_the_trend_has_twelve_months_up_to_this_one() -> None:
    found = months_until(date(2027, 1, 31))
    assert found[0] == date(2026, 2, 1) and found[-1] == date(2027, 1, 1)
    assert len(found) == 12 == len(set(found))


def test_a_chart_stays_in_its_box() -> None:
    for piece in stacked([[("on_time", 0.5), ("late", 0.25)], [("on_time", 1.7)], []]):
        assert 0 <= piece.x <= piece.x + piece.width <= 100
        assert 0 <= piece.y <= piece.y + piece.height <= 100.01
    assert [one.height for one in rising([0, 2, 4], "weight")] == [50, 100]


# --- burden --------------------------------------------------------------------------------------


@pytest.fixture
async def worked(house: House) -> House:
    """A week in which three people handed something in."""
    await visit(house.mei)
    workers = [await house.staff(Role.GRID_WORKER, GRID, name) for name in ("one", "two")]
    columns = (
        "area_code, form_id, form_version, form_sha256, subject_kind, channel, visit_date,"
        " entered_at, xml, answers, state"
    )
    async with house.village.database.unit(OPERATOR, "test") as uow:
        for worker in workers:
            await uow.connection.execute(
                text(
                    f"INSERT INTO submission (instance_id, account_id, {columns})"
                    f" SELECT :id, :who, {columns} FROM submission LIMIT 1"
                ),
                {"id": f"uuid:{worker.account}", "who": worker.account},
            )
    house.village.clock.turn(days=7)
    return house


async def test_the_burden_of_a_week_is_told_of_the_area(worked: House) -> None:
    above = await worked.browser(worked.above)
    page = await above.get("/office/burden")
    assert re.search(r"回答的题</h3>\s*<p class=\"figure\"><strong>[1-9]", page.text)
    assert "十人中有九人不超过" in page.text
    codes = [str(code) for (code,) in await worked.rows("SELECT code FROM account")]
    assert not any(code in page.text for code in codes)


def figures(page: Answer) -> set[str]:
    """What stands in the meter."""
    return set(re.findall(r'class="figure"><strong>(.*?)</strong>', page.text))


async def test_too_few_people_are_not_told_of(house: House) -> None:
    await visit(house.mei)
    house.village.clock.turn(days=7)
    above = await house.browser(house.above)
    page = await above.get("/office/burden")
    assert "不到 3 人，不显示" in page.text and figures(page) <= {"—"}


async def test_who_oversees_another_township_learns_nothing(worked: House) -> None:
    far = await worked.staff(Role.TOWNSHIP_SUPERVISOR, f"{COUNTY}009", "far")
    other = await worked.browser(far)
    for page in ("trend", "burden"):
        answer = await other.get(f"/office/{page}?area={TOWNSHIP}")
        assert answer.status == 200 and "示范乡" not in answer.text
        assert figures(answer) <= {"—"} and ">3</td>" not in answer.text


async def test_questions_that_several_forms_ask_are_listed(house: House) -> None:
    above = await house.browser(house.above)
    page = await above.get("/office/asked-twice")
    assert page.status == 200 and "自动带过去的题" in page.text and "走访日期" in page.text
