"""A file of people as it is sent, looked at and confirmed in the office, for tests."""

from __future__ import annotations

import asyncio
import html
import re
from typing import Final

from sqlalchemy import select

from storage.policy import OPERATOR
from storage.register_changes import RegisterChanges
from storage.tables import household
from tests.bot.office.conftest import Answer, Browser, House
from tests.bot.office.people_files import id_number
from tests.handlers.conftest import GRID
from tests.patience import PATIENCE

PATH: Final = "/office/register/imports"
SUN: Final = (
    "N1",
    GRID,
    "柳树村9号",
    "孙秀英",
    "女",
    "1968-05-12",
    id_number(),
    "13800138000",
    "是",
    "独居",
)
SON: Final = ("N1", "", "", "孙大伟", "男", "1995-01-02", "", "", "", "")
WANG: Final = (
    "HAAAAAA",
    "",
    "",
    "王德福",
    "男",
    "1950-03-05",
    "",
    "13900139000",
    "",
    "高血压 独居",
)


async def send(browser: Browser, content: bytes, name: str = "people.csv", **fields: str) -> Answer:
    """The preview of a file."""
    return await browser.upload(PATH, name, content, **fields)


async def confirm(browser: Browser, page: Answer) -> Answer:
    """Confirm a preview, and wait until it is in."""
    (seen,) = page.values("seen")
    return await settled_page(browser, await browser.post(f"{page.path}/confirm", seen=seen))


async def settled_page(browser: Browser, page: Answer) -> Answer:
    """A page that reloads while something is done, once it does not any more."""
    async with asyncio.timeout(PATIENCE):
        while "load delay" in page.text:
            await asyncio.sleep(0.01)
            page = await browser.get(page.path)
    return page


def said(page: Answer) -> str:
    """The words of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


async def register(house: House) -> list[tuple[object, ...]]:
    """Every person: household, name, phone, tags in force."""
    async with house.village.database.unit(OPERATOR, "test") as uow:
        ids = (await uow.connection.execute(select(household.c.id))).scalars().all()
        changes = RegisterChanges(uow.connection, uow.now, uow.today)
        homes = await changes.homes_by_id(ids)
    return sorted(
        (home.code, home.area_code, one.name, one.phone or "", one.head, tuple(sorted(one.tags)))
        for home in homes.values()
        for one in home.people
    )
