"""Rules are tried out on a page: what they would ask, before anything is changed."""

from __future__ import annotations

import asyncio
import re

import pytest

from bot.office.pages.simulate import _workers
from bot.rules_simulation import Tally
from storage.policy import Role
from tests.bot.office.conftest import Answer, Browser, House
from tests.handlers.conftest import COUNTY
from tests.patience import PATIENCE

PATH = "/office/rules/simulate"
DAYS = {"first": "2026-12-01", "last": "2027-02-28"}
FILE = """
[[rule]]
id = "X01"
version = 1
row = "X01"
titles = { zh = "每周入户", en = "Weekly home visit" }
"""


@pytest.fixture
async def chief(house: House) -> Browser:
    return await house.browser(await house.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "chief"))


async def outcome(chief: Browser, answer: Answer) -> str:
    """The page once the trial is done."""
    page = answer
    async with asyncio.timeout(PATIENCE):
        while 'id="progress"' in page.text:
            await asyncio.sleep(0.01)
            page = await chief.get(answer.path)
    return page.text


def row(page: str, rule: str) -> list[str]:
    """Before, after and change of a rule."""
    found = re.search(rf"<small>{rule}</small></th>(.*?)</tr>", page, re.S)
    assert found, page
    return re.findall(r">([+-]?\d+)<", found[1])


async def test_a_switch_is_tried_out_and_nothing_is_changed(house: House, chief: Browser) -> None:
    before = await house.rows("SELECT count(*) FROM obligation")
    page = await chief.get(f"{PATH}?rule=G02")
    assert '<option value="G02" selected>' in page.text
    begun = await chief.post(PATH, rule="G02", file="", **DAYS)
    assert begun.path.startswith(f"{PATH}/")
    text = await outcome(chief, begun)
    was, now, change = row(text, "G02")
    assert int(was) > 0 and now == "0" and change == f"-{was}"
    assert await house.rows("SELECT count(*) FROM obligation") == before
    assert ("simulate", "G02") in await house.rows("SELECT action, object FROM audit")


async def test_no_worker_is_named(house: House, chief: Browser) -> None:
    text = await outcome(chief, await chief.post(PATH, rule="G02", **DAYS))
    codes = await house.rows("SELECT code FROM account")
    assert not any(str(code) in text for (code,) in codes)


async def test_of_one_or_two_workers_no_fullest_week_is_told(house: House, chief: Browser) -> None:
    text = await outcome(chief, await chief.post(PATH, rule="G02", **DAYS))
    assert "一人最忙的一周" not in text


@pytest.mark.parametrize(("workers", "told"), [(2, False), (3, True)])
def test_fullest_weeks_are_told_of_three_workers_and_more(workers: int, told: bool) -> None:
    tally = Tally()
    for number in range(workers):
        tally.by_worker[f"W{number}", "2026-W50"] = number + 1
    assert (_workers(tally, tally) is not None) is told


async def test_a_file_with_faults_tells_them_and_tries_nothing(chief: Browser) -> None:
    page = await chief.upload(PATH, "own.toml", FILE.encode(), **DAYS)
    assert page.path == PATH and "文件有错，没有试算" in page.text and "X01" in page.text


async def test_a_file_is_tried_beside_the_rules(chief: Browser) -> None:
    begun = await chief.upload(PATH, "own.toml", b"[switches]\nG02 = false\n", **DAYS)
    text = await outcome(chief, begun)
    assert "own.toml" in text and row(text, "G02")[1] == "0"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"rule": "G02", "first": "2027-01-01", "last": "2026-01-01"}, "日期不对"),
        ({"rule": "G02", "first": "2026-01-01", "last": "2029-01-01"}, "日期不对"),
        ({"rule": "G02", "first": "soon", "last": ""}, "日期不对"),
        ({"rule": "NONE", **DAYS}, "请选一条规则"),
        ({}, "日期不对"),
    ],
)
async def test_what_cannot_be_tried_says_why(
    chief: Browser, fields: dict[str, str], told: str
) -> None:
    answer = await chief.post(PATH, **{"x": "", **fields})
    assert answer.status == 200 and told in answer.told


async def test_a_trial_is_for_who_began_it(house: House, chief: Browser) -> None:
    begun = await chief.post(PATH, rule="G02", **DAYS)
    await outcome(chief, begun)
    other = await house.browser(await house.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "other"))
    assert "请重新试算" in (await other.get(begun.path)).told
    house.village.clock.turn(hours=2)
    assert "请重新试算" in (await chief.get(begun.path)).told
