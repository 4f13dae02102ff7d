"""Records of others: approved, sent back with a reason, and children's files asked about first."""

from __future__ import annotations

import re

import pytest

from storage.policy import Role
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
    *_, ref = re.findall(r'<option value="(/[^"]+)"', page.text)
    done = await above.post(f"{path}/return", about=ref, reason="请写清楚搬到哪里")
    assert "已退回给" in done.told and "已退回，等填写人更正" in done.text
    await told.village.sender.drain()
    assert "请写清楚搬到哪里" in told.mei.last.text
    page = await told.mei.press("去更正")
    assert page.buttons


async def test_a_record_is_approved(told: House) -> None:
    above = await told.browser(told.above)
    path = await record(told, above)
    done = await above.post(f"{path}/approve")
    assert "已认可" in done.told
    assert f"{path}/approve" not in done.text
    assert ("approve",) in await told.rows("SELECT action FROM audit")


@pytest.mark.parametrize("reason", ["", " ", "长" * 201])
async def test_sending_back_needs_a_reason(told: House, reason: str) -> None:
    above = await told.browser(told.above)
    path = await record(told, above)
    done = await above.post(f"{path}/return", about="", reason=reason)
    assert "请写原因" in done.told
    assert await told.rows("SELECT * FROM record_review") == []


async def test_only_who_oversees_decides(told: House) -> None:
    above = await told.browser(told.above)
    path = await record(told, above)
    for who in (told.mei, await told.staff(Role.TOWNSHIP_SUPERVISOR, GRID[:6] + "009", "far")):
        other = await told.browser(who)
        for act in ("approve", "return"):
            assert (await other.post(f"{path}/{act}", reason="x")).status in (403, 404)
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
