"""By what right a record is kept stands on it; a child's needs a guardian's consent where no duty
stands behind it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from forms.intake import intake
from handlers import legal_basis
from handlers.forms import publish
from storage.formshelf import Offer
from storage.policy import OPERATOR
from storage.tables import submission
from tests.handlers.conftest import Village
from tests.handlers.paper import Talker

FORM = """\
| settings | form_title | form_id | version | attribute::legal_basis | attribute::consent |
|---|---|---|---|---|---|
|  | 志愿陪伴 | volunteer | 1 | {basis} | agreed |

| survey | type | name | label |
|---|---|---|---|
|  | select_one_from_file subjects.csv | subject | 谁？ |
|  | select_one yn | agreed | 监护人同意吗？ |
|  | text | words | 聊了什么？ |

| choices | list_name | name | label |
|---|---|---|---|
|  | yn | yes | 同意 |
|  | yn | no | 不同意 |
"""


async def child(village: Village, basis: str) -> Talker:
    """A worker at the first question of a form about 王小明, who is ten."""
    tables = FORM.replace("{basis}", basis).encode()
    async with village.database.unit(OPERATOR, "test") as uow:
        taken = intake(tables, "volunteer.md")
        await publish(uow, taken, tables, offer=Offer(subject="person"))
    mei = await village.worker()
    await mei.press("我的走访对象")
    await mei.press("PBBBBBB")
    await mei.press("走访")
    await mei.press("志愿陪伴")
    return mei


async def bases(village: Village) -> list[tuple[str | None, str | None]]:
    async with village.database.unit(OPERATOR, "test") as uow:
        query = select(submission.c.legal_basis, submission.c.consent)
        return [(one.legal_basis, one.consent) for one in await uow.connection.execute(query)]


@pytest.mark.parametrize("said", ["同意", "不同意"])
async def test_what_duty_asks_for_is_kept_with_the_answer(village: Village, said: str) -> None:
    mei = await child(village, "statutory_duty")
    await mei.press(said)
    await mei.say("写作业")
    await mei.press("提交")
    assert "已提交" in mei.last.text
    assert await bases(village) == [("statutory_duty", "yes" if said == "同意" else "no")]


async def test_without_duty_a_guardian_has_to_agree(village: Village) -> None:
    mei = await child(village, "consent")
    await mei.press("不同意")
    await mei.say("写作业")
    told = await mei.press("提交")
    assert "要监护人同意" in told.text
    assert "监护人同意吗" in told.text
    assert await bases(village) == []
    await mei.press("同意")
    await mei.press("提交")
    assert await bases(village) == [("consent", "yes")]


@pytest.mark.parametrize(
    ("day", "lacks"), [(date(2026, 11, 20), True), (date(2026, 11, 21), False)]
)
def test_the_age_that_counts_is_that_on_the_day_of_the_visit(day: date, lacks: bool) -> None:
    settings = {"legal_basis": "consent", "consent": "agreed"}
    assert legal_basis.lacking(settings, {"agreed": "no"}, date(2012, 11, 21), day) is lacks
