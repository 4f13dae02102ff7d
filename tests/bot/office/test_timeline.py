"""A subject's page tells everything that happened to it, the newest first, page by page."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import insert

from storage.policy import OPERATOR, Role
from storage.tables import person_tag
from tests.bot.office.conftest import House
from tests.handlers.test_supervising import visit

PATH = "/office/register/household/HAAAAAA"


def lines(page: str) -> list[tuple[str, str]]:
    """Day and words of each line."""
    part = page[page.index('id="timeline"') :]
    rows = re.findall(r'<th scope="row">([\d-]+)<small>.*?<td>(.*?)</td>', part)
    return [(day, re.sub(r"<[^>]+>", "", told)) for day, told in rows]


async def test_visits_duties_and_reviews_stand_in_one_list(house: House) -> None:
    await visit(house.mei)
    above = await house.browser(house.above)
    ((record,),) = await house.rows("SELECT instance_id FROM submission")
    house.village.clock.turn(days=1)
    await above.decide(f"/office/records/{record}", "return", about="", reason="请写清楚")
    page = await above.get(PATH)
    found = lines(page.text)
    assert found[0] == ("2026-12-04", "退回请写清楚")
    assert ("2026-12-03", "入户走访，已迁出") in found
    assert ("2026-12-03", "每月入户：按时完成") in found
    assert found[-1] == ("2026-12-01", "每月入户：可以做了")
    assert [day for day, _ in found] == sorted((day for day, _ in found), reverse=True)
    assert f"/office/records/{record}" in page.text
    assert ("open", "HAAAAAA") in await house.rows("SELECT action, object FROM audit")


async def test_a_move_is_told_with_its_reason(house: House) -> None:
    above = await house.browser(house.above)
    await above.post(f"{PATH}/area", area="990101001101002", reason="搬到新房")
    found = lines((await above.get(PATH)).text)
    assert found[0][1].startswith("住处改为") and found[0][1].endswith("搬到新房")


async def test_a_long_life_is_turned_over_page_by_page(house: House) -> None:
    async with house.village.database.unit(OPERATOR, "test") as uow:
        someone = await uow.register.person("PAAAAAA")
        assert someone
        spells = [
            {"person_id": someone.id, "tag": f"tag{n}", "source": "test", "until": None}
            | {"since": uow.today - timedelta(days=n)}
            for n in range(70)
        ]
        await uow.connection.execute(insert(person_tag), spells)
    above = await house.browser(house.above)
    seen: list[tuple[str, str]] = []
    path = "/office/register/person/PAAAAAA"
    for number in range(3):
        page = (await above.get(f"{path}?page={number}")).text
        assert (f"page={number + 1}" in page) == (number < 2)
        seen += lines(page)
    assert len(seen) == len(set(seen)) >= 70
    assert [day for day, _ in seen] == sorted((day for day, _ in seen), reverse=True)


async def test_nobody_from_elsewhere_reads_it(house: House) -> None:
    far = await house.staff(Role.TOWNSHIP_SUPERVISOR, "990101009", "far")
    assert (await (await house.browser(far)).get(PATH)).status == 404
