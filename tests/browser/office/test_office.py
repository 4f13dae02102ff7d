"""Every page of the office in a real browser: both languages, on a phone and at a desk."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, async_playwright
from sqlalchemy import text

from storage.policy import OPERATOR, Role
from tests.bot.office.conftest import (
    House,
    built_in,
    engine_of_the_village,
    house,
    settled,
    village,
)
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.handlers.conftest import COUNTY
from tests.handlers.test_supervising import visit

__all__ = ["built_in", "engine_of_the_village", "house", "settled", "village"]

pytestmark = pytest.mark.browser

SCREENS: Final = {"phone": (360, 740), "desk": (1440, 900)}
PAGES: Final = (
    "",
    "/overdue",
    "/register?q=",
    "/register/household/HAAAAAA",
    "/register/person/PAAAAAA",
    "/register/person/PBBBBBB",
    "/records",
    "/records/{record}",
    "/approvals",
    "/rules",
    "/rules/G02",
    "/rules/G02/coverage",
    "/people",
    "/forms",
    "/messages",
)
GRAVE: Final = {"serious", "critical"}
SHOTS: Final = os.environ.get("ZOUFANG_SHOTS")
"""A folder for pictures of the pages, for whoever wants to look at them."""


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("screen", SCREENS)
async def test_pages_fit_and_can_be_read_by_everybody(
    house: House, language: str, screen: str
) -> None:
    width, height = SCREENS[screen]
    await visit(house.mei)
    ((record,),) = await house.rows("SELECT instance_id FROM submission")
    chief = await house.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "chief")
    async with house.village.database.unit(OPERATOR, "test") as uow:
        link = await uow.accounts.issue("web", account_id=chief.account)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        page = await browser.new_page(viewport={"width": width, "height": height})
        await _walk(house, page, link, str(record), language, screen)
        await browser.close()


async def _walk(
    house: House, page: Page, link: str, record: str, language: str, screen: str
) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(f"{house.base}/sign-in/{link}")
    await page.click("button")
    await page.wait_for_load_state()
    async with house.village.database.unit(OPERATOR, "test") as uow:
        await uow.connection.execute(
            text("UPDATE conversation SET language = :it"), {"it": language}
        )
    for path in PAGES:
        where = path.format(record=record)
        answer = await page.goto(f"{house.base}/office{where}")
        assert answer is not None and answer.status == 200, path
        beyond = await page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if SHOTS:
            name = f"{path.strip('/').replace('/', '-').split('?')[0] or 'overview'}"
            await page.screenshot(
                path=Path(SHOTS) / f"{name.replace('{record}', 'one')}-{language}-{screen}.png",
                full_page=True,
            )
        assert beyond <= 0, (path, beyond)
        found = await Axe().run(page)
        assert [f"{path}: {one['id']}" for one in _grave(found.response)] == []
    assert complaints == []


def _grave(response: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in response["violations"] if one["impact"] in GRAVE]
