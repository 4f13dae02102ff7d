"""Where several counties share a deployment, none changes the forms and rules of the others."""

from __future__ import annotations

import pytest

from storage.areas import Area
from storage.policy import OPERATOR, Role
from tests.bot.office.conftest import Browser, House
from tests.handlers.conftest import GRID

COUNTY = GRID[:6]
OTHER = "990901"


async def administrator(house: House, *others: str) -> Browser:
    async with house.village.database.unit(OPERATOR, "test") as uow:
        for code in others:
            await uow.areas.put([Area(code, "county", "邻县")])
    return await house.browser(await house.village.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "hua"))


async def offered(house: House) -> object:
    ((n,),) = await house.rows("SELECT count(*) FROM form WHERE state = 'published'")
    return n


@pytest.mark.parametrize("others", [(), (OTHER,)])
async def test_a_form_of_all_is_retired_by_who_administers_all(
    house: House, others: tuple[str, ...]
) -> None:
    browser, before = await administrator(house, *others), await offered(house)
    done = await browser.post("/office/forms/retire", form="elderly_followup")
    if others:
        assert "几个县共用" in done.told and await offered(house) == before
    else:
        assert "已停用" in done.told and await offered(house) != before


async def test_a_rule_of_all_is_switched_by_who_administers_all(house: House) -> None:
    browser = await administrator(house, OTHER)
    name = house.rules.book.lines[0].id
    done = await browser.post(f"/office/rules/{name}/switch", on="no")
    assert "已关" not in done.told


async def test_code_that_forgets_to_ask_changes_nothing(house: House) -> None:
    await administrator(house, OTHER)
    above = await house.village.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "wei")
    async with house.village.database.unit(OPERATOR, "test") as uow:
        one = await uow.accounts.get(above.account or 0)
        assert one
        uow.become(type(uow.actor)(one.role, one.area_code, one.id))
        with pytest.raises(PermissionError):
            await uow.forms.retire("elderly_followup")
