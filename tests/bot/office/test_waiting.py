"""The list of who still has to be visited, before anything is overdue."""

from __future__ import annotations

import re

from storage.policy import Role
from tests.bot.office.conftest import Answer, House
from tests.handlers.conftest import COUNTY, GRID, NEXT_GRID
from tests.handlers.test_supervising import visit

LIST = "/office/rules/G02/waiting"
GRIDS = (GRID, NEXT_GRID)


def homes(page: Answer) -> list[str]:
    return re.findall(r'href="/office/register/household/(\w+)"', page.text)


async def test_who_was_visited_leaves_the_list(house: House) -> None:
    above = await house.browser(house.above)
    before = await above.get(LIST)
    assert "还要走访的（3）" in before.text and len(homes(before)) == 3
    await visit(house.mei)
    after = await above.get(LIST)
    assert "还要走访的（2）" in after.text and len(homes(after)) == 2


async def test_the_rule_leads_to_the_list_and_to_that_of_a_village(house: House) -> None:
    above = await house.browser(house.above)
    page = await above.get("/office/rules/G02/coverage")
    assert f'href="{LIST}?area=' in page.text
    here, there = [homes(await above.get(f"{LIST}?area={grid}")) for grid in GRIDS]
    assert here and there and sorted(here + there) == sorted(homes(await above.get(LIST)))


async def test_another_township_and_an_unknown_rule_show_nobody(house: House) -> None:
    far = await house.browser(await house.staff(Role.TOWNSHIP_SUPERVISOR, COUNTY + "009", "far"))
    assert "没有还要走访的" in (await far.get(LIST)).text
    assert (await (await house.browser(house.mei)).get(LIST)).status == 403
    unknown = await (await house.browser(house.above)).get("/office/rules/none/waiting")
    assert "没有还要走访的" in unknown.text
