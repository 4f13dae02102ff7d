"""A file of people in a real browser: sent, looked at, confirmed, undone; and changes by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import FilePayload, Page, async_playwright
from sqlalchemy import text

from storage.policy import OPERATOR
from tests.bot.office.conftest import (
    House,
    built_in,
    engine_of_the_village,
    house,
    settled,
    village,
)
from tests.bot.office.people_files import as_csv, id_number
from tests.browser.conftest import ARGUMENTS, CHROMIUM, PATIENCE
from tests.browser.office.test_office import SCREENS, SHOTS, _grave
from tests.handlers.conftest import GRID, NEXT_GRID

__all__ = ["built_in", "engine_of_the_village", "house", "settled", "village"]

pytestmark = pytest.mark.browser

SUN: Final = (
    *("N1", GRID, "柳树村9号", "孙秀英", "女", "1968-05-12"),
    *(id_number(), "13800138000", "是", "独居"),
)
SON: Final = ("N1", "", "", "孙大伟", "男", "1995-01-02", "", "", "", "")
WANG: Final = ("HAAAAAA", "", "", "王德福", "男", "1950-03-05", "", "13900139000", "", "独居")
LI: Final = ("HBBBBBB", NEXT_GRID, "", "李秀英", "女", "1970-01-01", "", "", "", "")
BAD: Final = ("N1", "990199", "", "孙大伟", "男", "昨天", "123", "12", "", "会飞")


class Walk:
    """One browser, and how it looks at each page."""

    def __init__(self, page: Page, base: str, kind: str) -> None:
        self.page = page
        self.base = base
        self._kind = kind
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    async def open(self, path: str) -> None:
        answer = await self.page.goto(f"{self.base}/office{path}")
        assert answer is not None and answer.status == 200, path

    async def look(self, name: str) -> None:
        """It fits, everybody can read it, and there is a picture of it for whoever wants one."""
        beyond = await self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if SHOTS:
            file = Path(SHOTS) / f"register-{name}-{self._kind}.png"
            await self.page.screenshot(path=file, full_page=True)
        assert beyond <= 0, (name, beyond)
        found = await Axe().run(self.page)
        assert [f"{name}: {one['id']}" for one in _grave(found.response)] == []

    async def send(self, *rows: tuple[str, ...]) -> None:
        await self.open("/register/imports")
        content = as_csv(*rows, encoding="gbk")
        file = FilePayload(name="名册.csv", mimeType="text/csv", buffer=content)
        await self.page.set_input_files("input[type=file]", files=file)
        await self.page.click(".stack button.primary")
        await self.page.wait_for_url("**/imports/*")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("screen", SCREENS)
async def test_people_come_in_by_a_file_and_go_out_again(
    house: House, language: str, screen: str
) -> None:
    width, height = SCREENS[screen]
    async with house.village.database.unit(OPERATOR, "test") as uow:
        link = await uow.invites.issue("web", account_id=house.above.account)
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
        await _import(house, walk)
        await _change(walk)
        await browser.close()
    assert walk.complaints == []


async def _import(house: House, walk: Walk) -> None:
    page = walk.page
    await walk.send(SUN, BAD)
    await walk.look("bad")
    assert await page.locator("form[action$=confirm]").count() == 0

    await walk.send(SUN, SON, WANG, LI)
    await walk.look("preview")
    assert "名册.csv" in await page.inner_text("h1")
    await page.click("nav.versions a >> nth=4")
    await page.wait_for_url("**show=moved")
    assert await page.locator("tbody tr").count() == 1
    await page.click("form[action$=confirm] button")
    await page.wait_for_selector("form[action$=undo]", state="attached")
    await walk.look("imported")
    assert await house.rows("SELECT count(*) FROM person WHERE area_code = :it", it=GRID)

    await page.click("details summary")
    await page.click("form[action$=undo] button")
    await page.wait_for_selector("details", state="detached")
    await page.wait_for_selector("p[role=status]", state="detached")
    await walk.look("undone")
    await walk.open("/register/imports")
    await walk.look("imports")
    assert await house.rows("SELECT 1 FROM household WHERE code = 'N1'") == []


async def _change(walk: Walk) -> None:
    page = walk.page
    await walk.open("/register/person/PAAAAAA")
    await page.click("#edit ~ details summary >> nth=0")
    await walk.look("tags")
    await page.check("input[value=diabetes]")
    await page.fill("form[action$=tags] input[name=reason]", "体检发现")
    await page.click("form[action$=tags] button")
    await page.wait_for_selector(".told")
    await walk.look("person")
    await walk.open("/register/household/HAAAAAA")
    await page.click("#edit ~ details summary >> nth=0")
    await walk.look("household")
