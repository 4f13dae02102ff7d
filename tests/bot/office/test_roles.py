"""Roles that oversee nobody find what they are for: numbers of their own rules, and reports."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.exports.monthly import MonthlyTables
from core.messages import Tap
from scheduler.closing import keep_up
from storage.policy import POWERS, STAFF_ROLES, Actor, Role
from tests.bot.office.conftest import Answer, Browser, House, _serve, ladder
from tests.bot.office.test_reports import rows
from tests.bot.reports.filing import PATROLS, file
from tests.handlers.conftest import (
    COUNTY,
    GRID,
    NEXT_GRID,
    TOWNSHIP,
    VILLAGE,
    Village,
    running,
)
from tests.handlers.matrix import HOMES
from tests.handlers.paper import Talker
from tests.handlers.test_supervising import labels
from tests.scheduler.duties import ground
from tests.scheduler.making import SHANGHAI, rule

DOCTORS = rule(
    id="H01",
    titles={"zh": "医生每季入户", "en": "Quarterly visit of the doctor"},
    population={"subject": "household"},
    who="village_doctor",
    satisfied_by=[{"form": "task_done"}],
    window={"due": "end - 10 days", "closes": "end + 10 days"},
)
STATIONS = rule(
    id="G04",
    titles={"zh": "每月报送监管情况", "en": "Monthly report of the station"},
    population={"subject": "area", "level": "township"},
    who="food_drug_station",
    kind="report",
    satisfied_by=[{"form": "task_done"}],
    window={"due": "end - 10 days", "closes": "end + 10 days"},
)
SHARE = rule(
    id="H02",
    titles={"zh": "建档率", "en": "Share with a record"},
    kind="share",
    population={"subject": "area", "level": "village"},
    of={"subject": "person"},
    share=0.9,
    target=0.9,
    who="village_doctor",
    satisfied_by=[{"form": "health_archive"}],
    window={"due": "end - 10 days", "closes": "end + 10 days"},
)
AREAS = {"grid": GRID, "village": VILLAGE, "township": TOWNSHIP, "county": COUNTY}


@pytest.fixture
async def house(village: Village) -> AsyncIterator[House]:
    """An office under a rule for the grid, two for the doctor, and one for the station."""
    rules = ground(HOMES, DOCTORS, STATIONS, SHARE, ladders=(ladder(),))
    village.database.zone = SHANGHAI
    village.clock.set(datetime(2026, 12, 28, 2, tzinfo=UTC))
    kept = replace(
        village.house,
        ground=lambda: rules,
        url="https://visit.example",
        tables=MonthlyTables(None, lambda: rules),
        open_on=frozenset({village.channel.name}),
    )
    here = running(village.database, village.clock, village.channel, kept)
    mei = await here.staff(Role.GRID_WORKER, GRID, "mei")
    lan = await here.staff(Role.GRID_WORKER, NEXT_GRID, "lan")
    above = await here.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP, "above")
    await keep_up(village.database, rules)
    async with contextlib.AsyncExitStack() as opened:
        base = await _serve(opened, here)
        yield House(base, here, rules, mei, lan, above, opened)


async def patrols(house: House) -> None:
    mei = Actor(Role.GRID_WORKER, GRID, house.mei.account)
    for number, answers in enumerate(PATROLS):
        await file(house.village.database, mei, "food_drug_patrol", number, answers)


async def archives(house: House) -> tuple[str, str]:
    """Three health records; code and name of whom they are about."""
    mei = Actor(Role.GRID_WORKER, GRID, house.mei.account)
    async with house.village.database.reading(mei, "test") as uow:
        (found,) = await uow.register.people_after("", 1)
    about = {
        "subject_kind": "person",
        "subject_id": found.subject.id,
        "subject_code": found.subject.code,
    }
    opened = {"head": {"what": "open", "notice": "yes"}, "history": {"past": ["hypertension"]}}
    closed = {"head": {"what": "close", "closed": "deceased"}}
    for number, answers in enumerate((opened, opened, closed)):
        await file(house.village.database, mei, "health_archive", number, answers, **about)
    return found.subject.code, found.subject.surname


async def come(house: House, role: Role) -> tuple[Talker, Browser]:
    someone = await house.staff(role, AREAS[POWERS[role].level], role.value)
    return someone, await house.browser(someone)


def around(page: Answer) -> set[str]:
    """Where a page of the office leads, other than to files beside it and to the chat."""
    found = set(re.findall(r'(?:href|hx-get)="(/office[^"#]*)"', page.text))
    return {one.replace("&amp;", "&") for one in found if "/static/" not in one}


@pytest.mark.parametrize("role", [one for one in STAFF_ROLES if Actor(one, "9").works_in_office])
async def test_nothing_that_the_office_offers_ends_in_a_refusal(house: House, role: Role) -> None:
    await patrols(house)
    await archives(house)
    _, browser = await come(house, role)
    waiting, seen = {"/office"}, set[str]()
    while waiting and len(seen) < 60:
        path = min(waiting)
        waiting.discard(path)
        seen.add(path)
        page = await browser.get(path)
        assert page.status == 200, (role, path)
        waiting |= around(page) - seen
    assert seen - {"/office"}


@pytest.mark.parametrize("role", [Role.GRID_WORKER, Role.CHILD_DIRECTOR])
async def test_who_has_nothing_there_is_not_led_into_the_office(house: House, role: Role) -> None:
    someone, browser = await come(house, role)
    assert (await browser.get("/office")).status == 403
    assert "办公室" not in labels(await someone.say("/menu"))


async def test_a_doctor_counts_what_rules_ask_of_doctors(house: House) -> None:
    doctor, browser = await come(house, Role.VILLAGE_DOCTOR)
    page = await browser.get("/office")
    assert "医生每季入户" in page.text and "0 / 3" in page.text
    for other in ("每月入户", "每月报送监管情况", "/office/register", "/office/overdue"):
        assert other not in page.text
    assert (await browser.get("/office/rules/G02/coverage")).status == 404
    assert (await browser.get("/office/rules/H01/waiting")).status == 403
    menu = await doctor.say("/menu")
    assert "完成情况" in labels(menu) and "审批" not in labels(menu)
    told = await doctor.press("完成情况")
    assert "医生每季入户" in told.text and "每月入户" not in told.text


async def test_a_share_of_people_is_counted_for_who_answers_for_it(house: House) -> None:
    code, _ = await archives(house)
    _, browser = await come(house, Role.VILLAGE_DOCTOR)
    everybody = (await house.rows("SELECT count(*) FROM person WHERE state = 'active'"))[0][0]
    page = await browser.get("/office")
    assert f"0 / {everybody}" in page.text and code not in page.text


async def test_a_station_counts_its_own_reports_and_none_of_the_homes(house: House) -> None:
    station, browser = await come(house, Role.FOOD_DRUG_STATION)
    page = await browser.get("/office")
    assert "每月报送监管情况" in page.text and "0 / 1" in page.text
    assert "入户" not in page.text
    told = await station.say("/menu")
    told = await station.press("完成情况")
    assert "每月报送监管情况" in told.text and "入户" not in told.text
    for token in ("u:h", "u:l:990101001101:0:G02", "u:a", "u:d:1", "u:r:202612:990101001:G02"):
        page_of_others = await station.do(Tap(token=token))
        assert "每月入户" not in page_of_others.text


async def test_a_station_has_the_monthly_report_in_the_office_and_in_the_chat(house: House) -> None:
    await patrols(house)
    station, browser = await come(house, Role.FOOD_DRUG_STATION)
    listed = await browser.get("/office/reports")
    assert "食品药品安全工作月报" in listed.text and "健康档案" not in listed.text
    report = await browser.get("/office/reports/food_drug_report?day=2026-11-20")
    assert ["合计", "3", "1", "0", "1", "1", "1", "5"] in rows(report)
    assert ["示范shop店", "2026-11-20", "有过期食品", "2026-12-01"] in rows(report)
    for closed in (
        "/office/reports/health_archive_report",
        "/office/reports/health_archive_report.xlsx",
    ):
        assert (await browser.get(closed)).status == 404
    for closed in ("/office/records", "/office/tables/food_drug_month.csv"):
        assert (await browser.get(closed)).status == 403
    await station.say("/menu")
    await station.press("完成情况")
    page = await station.press("本月文件")
    assert [one for one in labels(page) if "月报" in one or "健康" in one] == [
        "食品药品安全工作月报"
    ]
    page = await station.press("食品药品安全工作月报")
    assert page.reply.pictures[0].name == "食品药品安全工作月报 示范乡 2026-12.xlsx"


async def test_a_bureau_has_the_analysis_of_health_records_without_anybody_in_it(
    house: House,
) -> None:
    code, surname = await archives(house)
    _, browser = await come(house, Role.HEALTH_BUREAU)
    assert "居民健康档案半年分析" in (await browser.get("/office/reports")).text
    report = await browser.get("/office/reports/health_archive_report?day=2026-11-20")
    found = rows(report)
    assert ["合计", "2", "0", "1", "0"] in found and ["高血压", "2"] in found
    ages = next(one for one in found if one[0] == "合计" and len(one) == 4)
    assert ages[1] == "2" and int(ages[2]) + int(ages[3]) == 2  # men and women
    by_age = [one for one in found if len(one) == 4]
    assert not any(one[0] == "未填" for one in by_age)
    assert code not in report.text and f"{surname}" not in report.text
    assert (await browser.get("/office/register")).status == 403
    logged = await house.rows("SELECT object FROM audit WHERE action = 'export'")
    assert logged == [("health_archive_report 990101 2026-07-01",)]


async def test_an_auditor_is_led_to_the_log(house: House) -> None:
    auditor, browser = await come(house, Role.AUDITOR)
    assert (await browser.get("/office")).path == "/office/audit"
    menu = await auditor.say("/menu")
    assert "办公室" in labels(menu) and "完成情况" not in labels(menu)
    assert "https://visit.example" in (await auditor.press("办公室")).text
