"""Two processes behind one address: any of them may be asked for what another one began."""

from __future__ import annotations

import asyncio
from datetime import date

import aiohttp
import pytest
from sqlalchemy import func, select

from storage.office_tables import rule_trial, sent_file
from storage.policy import SYSTEM, Actor, Role
from storage.rule_trials import RuleTrials
from tests.bot.office.conftest import Answer, Browser, House, beside
from tests.handlers.conftest import COUNTY
from tests.patience import PATIENCE

PLAIN = """| survey |
| | type | name | label |
| | text | said | 您说 |
| settings |
| | form_title | form_id | version |
| | 意见 | opinions | 1 |
"""
DAY = date(2026, 12, 1)
TRIAL = {"rule": "G02", "first": "2026-12-01", "last": "2027-02-28"}


@pytest.fixture
async def here(house: House) -> Browser:
    """The county's administrator, with one process."""
    return await house.browser(await house.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "chief"))


@pytest.fixture
async def there(house: House, here: Browser) -> Browser:
    """The same browser with another process on the same database."""
    jar = here.page.cookie_jar
    base = await beside(house)
    page = aiohttp.ClientSession(base, cookie_jar=jar)
    return Browser(await house.opened.enter_async_context(page))


async def kept(house: House) -> list[int]:
    """How much waits: files, and trials."""
    async with house.village.database.reading(SYSTEM, "test") as uow:
        counts = [select(func.count()).select_from(one) for one in (sent_file, rule_trial)]
        return [(await uow.connection.execute(one)).scalar_one() for one in counts]


async def test_a_form_checked_by_one_is_published_by_the_other(
    house: House, here: Browser, there: Browser
) -> None:
    page = await here.upload("/office/forms/check", "意见.md", PLAIN.encode())
    (held,) = page.values("held")
    done = await there.post("/office/forms/publish", held=held, subject="none")
    assert "已发布：opinions" in done.told
    assert await kept(house) == [0, 0]


async def ended(browser: Browser, path: str) -> Answer:
    """The page of a trial once it is over."""
    page = await browser.get(path)
    async with asyncio.timeout(PATIENCE):
        while 'id="progress"' in page.text:
            await asyncio.sleep(0.01)
            page = await browser.get(path)
    return page


async def test_a_trial_begun_by_one_is_told_by_the_other(here: Browser, there: Browser) -> None:
    begun = await here.post("/office/rules/simulate", **TRIAL)
    assert begun.path != "/office/rules/simulate"
    told = await ended(there, begun.path)
    assert 'id="outcome"' in told.text
    assert told.text == (await ended(here, begun.path)).text


async def test_what_waits_is_sealed_and_goes_when_its_hour_is_over(
    house: House, here: Browser
) -> None:
    await here.upload("/office/forms/check", "意见.md", PLAIN.encode())
    begun = await here.post("/office/rules/simulate", **TRIAL)
    await ended(here, begun.path)
    for (raw,) in await house.rows("SELECT content FROM sent_file"):
        assert isinstance(raw, bytes) and "您说".encode() not in raw
    assert await kept(house) == [1, 1]
    house.village.clock.turn(minutes=61)
    async with house.village.database.unit(SYSTEM, "purge") as uow:
        await uow.purge()
    assert await kept(house) == [0, 0]


async def test_the_first_files_of_an_account_give_way(house: House, here: Browser) -> None:
    pages = []
    for number in range(5):
        text = PLAIN.replace("| 1 |", f"| {number} |").encode()
        pages.append(await here.upload("/office/forms/check", "意见.md", text))
        house.village.clock.turn(seconds=1)
    assert (await kept(house))[0] == 4
    first, *_, last = [page.values("held")[0] for page in pages]
    gone = await here.post("/office/forms/publish", held=first, subject="none")
    assert "重新上传" in gone.told
    done = await here.post("/office/forms/publish", held=last, subject="none")
    assert "已发布" in done.told


async def test_a_trial_whose_process_went_is_told_to_have_failed(
    house: House, here: Browser, there: Browser
) -> None:
    chief = (await house.rows("SELECT id FROM account WHERE role = 'county_administrator'"))[0][0]
    assert isinstance(chief, int)
    actor = Actor(Role.COUNTY_ADMINISTRATOR, COUNTY, account_id=chief)
    async with house.village.database.unit(actor, "test") as uow:
        name = await RuleTrials(uow.connection, actor, uow.now).begin("G02", DAY, DAY)
    path = f"/office/rules/simulate/{name}"
    assert 'id="progress"' in (await there.get(path)).text
    house.village.clock.turn(minutes=6)
    page = await there.get(path)
    assert 'id="progress"' not in page.text and "试算没有成功" in page.text
