"""Where several counties share a deployment, each has its own forms, and none changes the forms and
rules of the others."""

from __future__ import annotations

from typing import Final

import pytest

from forms.intake import intake
from handlers.forms import publish
from storage.areas import Area
from storage.policy import OPERATOR, Actor, Role
from tests.bot.office.conftest import Browser, House
from tests.handlers.conftest import GRID

COUNTY = GRID[:6]
OTHER = "990901"

_FORM: Final = """\
| settings | form_title | form_id | version |
|---|---|---|---|
|  | 水井 | {form_id} | {version} |

| survey | type | name | label |
|---|---|---|---|
|  | text | water | 水怎么样？ |
"""


async def administrator(house: House, *others: str) -> Browser:
    async with house.village.database.unit(OPERATOR, "test") as uow:
        for code in others:
            await uow.areas.put([Area(code, "county", "邻县")])
    return await house.browser(await house.village.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "hua"))


async def neighbour(house: House) -> Browser:
    """Who administers the other county."""
    return await house.browser(await house.village.staff(Role.COUNTY_ADMINISTRATOR, OTHER, "lin"))


async def offered(house: House, county: str = COUNTY) -> set[str]:
    async with house.village.database.unit(Actor(Role.GRID_WORKER, county), "test") as uow:
        return {f"{one.form_id}:{one.version}" for one in await uow.forms.offered()}


async def published(browser: Browser, form_id: str, version: str, subject: str = "none") -> str:
    """Publish a form of one question in the office; what is told."""
    source = _FORM.format(form_id=form_id, version=version)
    checked = await browser.upload("/office/forms/check", "form.md", source.encode())
    (held,) = set(checked.values("held"))
    return (await browser.post("/office/forms/publish", held=held, subject=subject)).told


@pytest.mark.parametrize("others", [(), (OTHER,)])
async def test_a_form_of_all_is_retired_for_ones_own_county(
    house: House, others: tuple[str, ...]
) -> None:
    browser, before = await administrator(house, *others), await offered(house)
    done = await browser.post("/office/forms/retire", form="elderly_followup")
    assert "已停用" in done.told
    (gone,) = before - await offered(house)
    assert gone.startswith("elderly_followup")
    assert (gone in await offered(house, OTHER)) == bool(others)


async def test_what_was_retired_is_offered_again(house: House) -> None:
    browser, before = await administrator(house, OTHER), await offered(house)
    await browser.post("/office/forms/retire", form="elderly_followup")
    page = await browser.get("/office/forms")
    assert "别的县看不到" in page.text
    ((sha,),) = await house.rows("SELECT form_sha256 FROM county_form")
    assert "已发布" in (await browser.post("/office/forms/offer", form=str(sha))).told
    assert await offered(house) == before
    ((n,),) = await house.rows("SELECT count(*) FROM county_form WHERE state != 'replaced'")
    assert n == 0  # the county follows what is offered everywhere
    assert "处理过了" in (await browser.post("/office/forms/offer", form="x")).told


async def test_a_form_of_a_county_is_no_other_countys(house: House) -> None:
    browser, before = await administrator(house, OTHER), await offered(house)
    assert "已发布" in await published(browser, "well", "1")
    assert await offered(house) == before | {"well:1"}
    assert await offered(house, OTHER) == before
    beside = await neighbour(house)
    assert "well" not in (await beside.get("/office/forms")).text
    ((sha,),) = await house.rows("SELECT sha256 FROM form WHERE form_id = 'well'")
    assert (await beside.get(f"/office/forms/diff?old={sha}&new={sha}")).status == 404
    assert "处理过了" in (await beside.post("/office/forms/retire", form="well")).told
    assert "处理过了" in (await beside.post("/office/forms/offer", form=str(sha))).told
    assert "well" in (await browser.get("/office/forms")).text


async def test_counties_have_versions_of_their_own(house: House) -> None:
    browser = await administrator(house, OTHER)
    beside = await neighbour(house)
    for one, version in ((browser, "1"), (beside, "7"), (browser, "2")):
        assert "已发布" in await published(one, "well", version)
    assert "well:2" in await offered(house)
    assert "well:7" in await offered(house, OTHER)
    page = (await browser.get("/office/forms")).text
    assert ">1<" in page and ">7<" not in page
    async with house.village.database.unit(Actor(Role.GRID_WORKER, COUNTY), "test") as uow:
        assert await uow.forms.numbered("well", "7") is None
        newest = await uow.forms.latest("well")
        assert newest and newest.version == "2"


async def test_the_same_file_is_for_whom_each_county_says(house: House) -> None:
    browser, beside = await administrator(house, OTHER), await neighbour(house)
    await published(browser, "well", "1", "household")
    await published(beside, "well", "1", "person")
    for county, subject in ((COUNTY, "household"), (OTHER, "person")):
        async with house.village.database.unit(Actor(Role.GRID_WORKER, county), "test") as uow:
            version = await uow.forms.published("well")
            assert version and version.offer.subject == subject
            assert await uow.forms.get(version.sha256) == version


async def test_a_new_version_of_a_form_of_all_gives_way_to_the_countys_own(house: House) -> None:
    browser = await administrator(house, OTHER)
    await published(browser, "well", "1")
    async with house.village.database.unit(OPERATOR, "test") as uow:
        source = _FORM.format(form_id="well", version="9").encode()
        await publish(uow, intake(source, "form.md"), source)
        versions = {
            one.version: one.state for one in await uow.forms.all() if one.form_id == "well"
        }
    assert versions == {"1": "local", "9": "published"}
    assert "well:1" in await offered(house)
    assert "well:9" in await offered(house, OTHER)
    assert "well:9" in await offered(house, "")  # who works in no county


async def test_a_rule_of_all_is_switched_by_who_administers_all(house: House) -> None:
    browser = await administrator(house, OTHER)
    name = house.rules.book.lines[0].id
    done = await browser.post(f"/office/rules/{name}/switch", on="no")
    assert "已关" not in done.told


async def test_who_administers_nothing_changes_nothing(house: House) -> None:
    await administrator(house, OTHER)
    async with house.village.database.unit(OPERATOR, "test") as uow:
        for role in (Role.TOWNSHIP_SUPERVISOR, Role.AUDITOR, Role.GRID_WORKER, Role.NOBODY):
            uow.become(Actor(role, COUNTY))
            with pytest.raises(PermissionError):
                await uow.forms.retire("elderly_followup")
            with pytest.raises(PermissionError):
                await uow.forms.bring_back("x")
