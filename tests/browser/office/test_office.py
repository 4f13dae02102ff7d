"""Every page of the office in a real browser: both languages, on a phone and at a desk."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, async_playwright
from sqlalchemy import text

from storage.policy import OPERATOR, POWERS, Role
from tests.bot.office.conftest import (
    House,
    built_in,
    engine_of_the_village,
    house,
    settled,
    village,
)
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.handlers.conftest import COUNTY, TOWNSHIP
from tests.handlers.test_supervising import visit

__all__ = ["built_in", "engine_of_the_village", "house", "settled", "village"]

pytestmark = pytest.mark.browser

SCREENS: Final = {"phone": (360, 740), "desk": (1440, 900)}
OVERSEERS: Final = (
    "",
    "/trend",
    "/burden",
    "/asked-twice",
    "/overdue",
    "/overdue?older=7&younger=30",
    "/register?q=",
    "/register/household/HAAAAAA",
    "/register/person/PAAAAAA",
    "/register/person/PBBBBBB",
    "/records",
    "/records?standing=waiting",
    "/records/{record}",
    "/records/{record}/history",
    "/tables",
    "/reports",
    "/reports/food_drug_report?day=2026-12-01",
    "/reports/health_archive_report",
    "/rules",
    "/rules/G02",
    "/rules/G02/coverage",
    "/rules/G02/waiting",
)
OF_ADULTS: Final = (
    *("/register/household/HAAAAAA", "/register/person/PAAAAAA"),
    *("/records/{record}", "/records/{record}/history", "/rules/G02/coverage"),
    *("/rules/G02/waiting", "/burden", "/overdue", "/overdue?older=7&younger=30"),
    *("/reports/food_drug_report?day=2026-12-01", "/reports/health_archive_report"),
)
"""What a child-welfare supervisor is told nothing of."""

APPROVERS: Final = (
    *OVERSEERS,
    *("/register?tag=over_65", "/duties/1", "/approvals", "/people", "/register/imports"),
)
PAGES: Final = {
    Role.CHILD_SUPERVISOR: [one for one in OVERSEERS if one not in OF_ADULTS],
    Role.TOWNSHIP_SUPERVISOR: APPROVERS,
    Role.COUNTY_ADMINISTRATOR: (
        *APPROVERS,
        "/rules/simulate?rule=G02",
        "/forms",
        "/interfaces",
        "/messages",
        "/settings",
    ),
    Role.FOOD_DRUG_STATION: ("", "/trend", "/reports/food_drug_report?day=2026-12-01"),
    Role.HEALTH_BUREAU: ("", "/trend", "/reports/health_archive_report"),
    Role.AUDITOR: ("/audit",),
}
GRAVE: Final = {"serious", "critical"}
SHOTS: Final = os.environ.get("ZOUFANG_SHOTS")
"""A folder for pictures of the pages, for whoever wants to look at them."""


@pytest.mark.parametrize("role", PAGES)
async def test_pages_fit_and_can_be_read_by_everybody(house: House, role: Role) -> None:
    await visit(house.mei)
    ((record,),) = await house.rows("SELECT instance_id FROM submission")
    area = TOWNSHIP if POWERS[role].level == "township" else COUNTY
    who = await house.staff(role, area, role.value)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        for screen, (width, height) in SCREENS.items():
            for language in ("zh", "en"):
                async with house.village.database.unit(OPERATOR, "test") as uow:
                    link = await uow.invites.issue("web", account_id=who.account)
                page = await browser.new_page(viewport={"width": width, "height": height})
                name = f"{role.value}-{language}-{screen}"
                await _walk(house, page, link, PAGES[role], str(record), language, name)
                await page.close()
        await browser.close()


async def _walk(
    house: House,
    page: Page,
    link: str,
    pages: Sequence[str],
    record: str,
    language: str,
    called: str,
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
    for path in pages:
        where = path.format(record=record)
        answer = await page.goto(f"{house.base}/office{where}")
        await page.wait_for_load_state("networkidle")
        assert answer is not None and answer.status == 200, path
        beyond = await page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if SHOTS:
            name = f"{path.strip('/').replace('/', '-').split('?')[0] or 'overview'}"
            await page.screenshot(
                path=Path(SHOTS) / f"{name.replace('{record}', 'one')}-{called}.png",
                full_page=True,
            )
        assert beyond <= 0, (path, beyond)
        found = await Axe().run(page)
        assert [f"{path}: {one['id']}" for one in _grave(found.response)] == []
    assert complaints == []


def _grave(response: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in response["violations"] if one["impact"] in GRAVE]
