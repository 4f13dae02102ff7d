"""Tokens, receivers and what failed in a real browser, with something on every list."""

from __future__ import annotations

import pytest
from playwright.async_api import async_playwright
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
from tests.bot.office.test_interfaces import receivers, refused_records
from tests.browser.conftest import ARGUMENTS, CHROMIUM, PATIENCE
from tests.browser.office.test_office import SCREENS
from tests.browser.office.test_register import Walk
from tests.handlers.conftest import COUNTY
from tests.handlers.test_supervising import visit

__all__ = ["built_in", "engine_of_the_village", "house", "settled", "village"]

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("screen", SCREENS)
async def test_programs_are_let_in_and_what_failed_is_seen(
    house: House, language: str, screen: str
) -> None:
    width, height = SCREENS[screen]
    who = await house.village.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "hua")
    await _trouble(house)
    ((mei,),) = await house.rows("SELECT code FROM account WHERE id = :id", id=house.mei.account)
    async with house.village.database.unit(OPERATOR, "test") as uow:
        link = await uow.invites.issue("web", account_id=who.account)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        page = await browser.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(PATIENCE)
        await page.goto(f"{house.base}/sign-in/{link}")
        await page.click("button")
        await page.wait_for_load_state()
        async with house.village.database.unit(OPERATOR, "test") as uow:
            await uow.connection.execute(
                text("UPDATE conversation SET language = :it"), {"it": language}
            )
        walk = Walk(page, house.base, f"{language}-{screen}")
        await walk.open("/interfaces")
        await page.click("details summary >> nth=1")
        await page.click("details summary >> nth=0")
        await walk.look("interfaces")
        await page.fill("input[name=account]", str(mei))
        await page.click("form[action$=collect] button")
        await page.wait_for_selector("figure svg")
        await walk.look("collect")
        await walk.open("/interfaces")
        await page.click("td details summary")
        await walk.look("tokens")
        await page.click("form[action$=revoke] button")
        await page.wait_for_selector(".told")
        await walk.open("/messages")
        await walk.look("messages")
        await page.click("form[action$=calls] button")
        await page.wait_for_selector(".told")
        await browser.close()
    assert walk.complaints == []


async def _trouble(house: House) -> None:
    """Something of each kind that failed."""
    await visit(house.mei)
    await receivers(house)
    async with house.village.database.unit(OPERATOR, "test") as uow:
        await refused_records(uow)
        await uow.connection.execute(
            text(
                "UPDATE outbox SET state = 'dead', attempts = 3,"
                " error = 'Forbidden: bot was blocked by the user'"
            )
        )
