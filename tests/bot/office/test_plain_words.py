"""People read words where the program has codes, and what is wrong with a file is named."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from bot.settings import Settings
from scheduler.closing import keep_up
from storage.policy import Role
from tests.bot.office.conftest import Browser, House, beside
from tests.handlers.conftest import COUNTY

GOOD = """
id = "wells"
titles = { zh = "水井" }
source = "records"
form = "elderly_followup"
columns = [{ from = "area.village", titles = { zh = "村" } }]
"""


async def administrator(house: House, settings: Settings) -> Browser:
    chief = await house.browser(await house.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "chief"))
    base = await beside(house, settings)
    page = aiohttp.ClientSession(base, cookie_jar=chief.page.cookie_jar)
    return Browser(await house.opened.enter_async_context(page))


async def test_what_is_overdue_is_told_by_the_names_of_rules(house: House) -> None:
    house.village.clock.set(datetime(2026, 12, 25, 2, tzinfo=UTC))
    await keep_up(house.village.database, house.rules)
    page = (await (await house.browser(house.above)).get("/office")).text
    late = page[page.index('aria-labelledby="late"') :]
    assert "每月入户 " in late and not re.search(r">G\d\d ", late)


async def test_how_long_records_are_kept_is_told_by_the_names_of_forms(house: House) -> None:
    page = (await (await administrator(house, Settings())).get("/office/settings")).text
    assert "记录保存：其他表单" in page
    assert not re.search(r"记录保存：[a-z_]", page)


async def test_a_table_with_a_fault_is_named_with_its_place(house: House, tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(GOOD, "utf-8")
    (tmp_path / "broken.toml").write_text('id = "a"\ntitles = {\n', "utf-8")
    (tmp_path / "column.toml").write_text(GOOD.replace("area.village", "area.street"), "utf-8")
    wrong = GOOD.replace("wells", "springs").replace("elderly_followup", "no_such_form")
    (tmp_path / "form.toml").write_text(wrong, "utf-8")
    settings = Settings(exports=tmp_path)
    page = (await (await administrator(house, settings)).get("/office/tables")).text
    assert "水井" in page
    assert re.search(r"<li>broken\.toml · 第 \d+ 行 · 不是正确的 TOML", page)
    assert "<li>column.toml · columns.1" in page and "没有这一列：area.street" in page
    assert "<li>form.toml · form · 没有发布这张表单：no_such_form" in page
    assert "ours.toml" not in page


async def test_faults_are_for_who_can_see_to_them(house: House, tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("id", "utf-8")
    base = await beside(house, Settings(exports=tmp_path))
    above = await house.browser(house.above)
    page = aiohttp.ClientSession(base, cookie_jar=above.page.cookie_jar)
    browser = Browser(await house.opened.enter_async_context(page))
    assert "broken" not in (await browser.get("/office/tables")).text
