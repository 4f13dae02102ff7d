"""Records of others: approved, sent back with a reason, and children's files asked about first."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from storage.policy import OPERATOR, Role
from tests.bot.office.conftest import Browser, House
from tests.handlers.conftest import GRID
from tests.handlers.test_supervising import visit


@pytest.fixture
async def told(house: House) -> House:
    """A household visit has come in."""
    await visit(house.mei)
    return house


async def record(house: House, above: Browser) -> str:
    ((found,),) = await house.rows("SELECT instance_id FROM submission")
    return f"/office/records/{found}"


async def test_a_record_goes_back_to_its_author_with_a_reason_on_a_question(told: House) -> None:
    above = await told.browser(told.above)
    path = await record(told, above)
    page = await above.get(path)
    *refs, ref = re.findall(r'<option value="(/[^"]+)"', page.text)
    names = {one.rsplit("/", 1)[-1] for one in (*refs, ref)}
    assert not names & set(re.findall(r"<small>([^<]*)</small>", page.text))  # people read words
    done = await above.decide(path, "return", about=ref, reason="请写清楚搬到哪里")
    assert "已退回给" in done.told and "已退回，等填写人更正" in done.text
    await told.village.sender.drain()
    assert "请写清楚搬到哪里" in told.mei.last.text
    page = await told.mei.press("去更正")
    assert page.buttons


async def test_at_night_it_is_said_when_the_author_will_be_told(told: House) -> None:
    now = told.village.clock.now()
    told.village.clock.set(now.replace(hour=13, minute=46))  # 21:46 in Beijing
    above = await told.browser(told.above)
    done = await above.decide(await record(told, above), "return", about="", reason="请写清楚")
    assert "已退回给" in done.told and "早上 8 点后" in done.told


async def test_the_history_tells_every_word_that_was_said(told: House) -> None:
    above = await told.browser(told.above)
    path = await record(told, above)
    for reason in ("请写清楚搬到哪里", "还缺新地址"):
        await above.decide(path, "return", about="", reason=reason)
    await above.decide(path, "approve")
    page = (await above.get(f"{path}/history")).text
    places = [page.index(word) for word in ("请写清楚搬到哪里", "还缺新地址", "认可")]
    assert places == sorted(places) and page.count("退回") >= 2
    shown = (await above.get(path)).text
    assert "请写清楚搬到哪里" not in shown and "还缺新地址" not in shown
    (sealed,) = {type(one) for (one,) in await told.rows("SELECT reason FROM review_word") if one}
    assert sealed is bytes


async def test_a_record_is_approved(told: House) -> None:
    above = await told.browser(told.above)
    path = await record(told, above)
    done = await above.decide(path, "approve")
    assert "已认可" in done.told
    assert f"{path}/approve" not in done.text
    assert ("approve",) in await told.rows("SELECT action FROM audit")


@pytest.mark.parametrize("reason", ["", " ", "长" * 201])
async def test_sending_back_needs_a_reason(told: House, reason: str) -> None:
    above = await told.browser(told.above)
    path = await record(told, above)
    done = await above.decide(path, "return", about="", reason=reason)
    assert "请写原因" in done.told
    assert await told.rows("SELECT * FROM record_review") == []


async def test_only_who_oversees_decides(told: House) -> None:
    above = await told.browser(told.above)
    path = await record(told, above)
    for who in (told.mei, await told.staff(Role.TOWNSHIP_SUPERVISOR, GRID[:6] + "009", "far")):
        other = await told.browser(who)
        for act in ("approve", "return"):
            assert (await other.decide(path, act, reason="x")).status in (403, 404)
    assert await told.rows("SELECT * FROM record_review") == []


async def test_a_childs_file_asks_what_for_once_a_day(house: House) -> None:
    above = await house.browser(house.above)
    asked = await above.get("/office/register/person/PBBBBBB")
    assert "这次打开是为了什么" in asked.text and "年龄" not in asked.text
    opened = await above.post(
        "/office/purpose",
        code="PBBBBBB",
        purpose="complaint",
        after="/office/register/person/PBBBBBB",
    )
    assert opened.path == "/office/register/person/PBBBBBB" and "年龄" in opened.text
    entries = await house.rows("SELECT purpose, action FROM audit WHERE object = 'PBBBBBB'")
    assert ("complaint", "open") in entries
    again = await above.get("/office/register/person/PBBBBBB")
    assert "年龄" in again.text


@pytest.mark.parametrize("after", ["//evil.example/", "https://evil.example/", "/\\evil", ""])
async def test_a_purpose_leads_nowhere_else(house: House, after: str) -> None:
    above = await house.browser(house.above)
    opened = await above.post("/office/purpose", code="PBBBBBB", purpose="visit", after=after)
    assert opened.path == "/office/register/person/PBBBBBB"


async def test_an_unknown_purpose_opens_nothing(house: House) -> None:
    above = await house.browser(house.above)
    answer = await above.post("/office/purpose", code="PBBBBBB", purpose="curiosity", after="")
    assert answer.status == 404


async def change(house: House, statement: str) -> None:
    async with house.village.database.unit(OPERATOR, "test") as uow:
        await uow.connection.execute(text(statement))


async def moved_away(house: House) -> None:
    """The child lives in another township."""
    far = GRID[:6] + "009"
    await house.staff(Role.TOWNSHIP_SUPERVISOR, far, "far")
    await change(house, f"UPDATE person SET area_code = '{far}' WHERE code = 'PBBBBBB'")


async def test_a_record_of_a_child_that_moved_away_asks_what_for_too(told: House) -> None:
    child = "subject_kind = 'person', subject_code = 'PBBBBBB', subject_id"
    await change(
        told, f"UPDATE submission SET {child} = (SELECT id FROM person WHERE code = 'PBBBBBB')"
    )
    await moved_away(told)
    above = await told.browser(told.above)
    path = await record(told, above)
    assert "这次打开是为了什么" in (await above.get(path)).text
    opened = await above.post("/office/purpose", code="PBBBBBB", purpose="duty", after=path)
    assert opened.path == path and "这次打开是为了什么" not in opened.text
    assert (await above.get("/office/register/person/PBBBBBB")).status == 404


async def test_of_whom_nobody_reads_a_record_there_is_no_purpose(house: House) -> None:
    await moved_away(house)
    above = await house.browser(house.above)
    answer = await above.post("/office/purpose", code="PBBBBBB", purpose="duty", after="")
    assert answer.status == 404


async def test_a_household_tells_no_more_of_a_child_than_code_and_surname(house: House) -> None:
    above = await house.browser(house.above)
    query = "SELECT h.code FROM household h JOIN person p ON p.household_id = h.id"
    ((home,),) = await house.rows(f"{query} WHERE p.code = 'PBBBBBB'")
    page = (await above.get(f"/office/register/household/{home}")).text
    (row,) = re.findall(
        r"<tr><th scope=\"row\"><a href=\"/office/register/person/PBBBBBB\">.*", page
    )
    assert row.endswith("<td></td><td></td></tr>") and "留守" not in page
