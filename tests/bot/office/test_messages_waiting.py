"""The page of messages tells what waits, since when, and which chats pause."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from core.messages import Reply
from storage.policy import OPERATOR, Role
from storage.tables import conversation, outbox
from tests.bot.office.conftest import Browser, House
from tests.handlers.conftest import COUNTY
from tests.handlers.paper import Talker


@pytest.fixture
async def county(house: House) -> Browser:
    """A browser of the county's administrator, with nothing in the outbox."""
    chief = await house.browser(await house.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "chief"))
    async with house.village.database.unit(OPERATOR, "test") as uow:
        await uow.connection.execute(delete(outbox))
    return chief


async def queue(house: House, who: Talker, texts: int, error: str = "") -> None:
    """Let messages wait for somebody; with an error the first was tried, for a minute."""
    async with house.village.database.unit(OPERATOR, "test") as uow:
        query = select(conversation.c.id).where(conversation.c.account_id == who.account)
        chat = (await uow.connection.execute(query.limit(1))).scalar_one()
        await uow.outbox.queue(chat, [Reply(text=str(n)) for n in range(texts)])
        if error:
            first = (await uow.outbox.heads(["paper"]))[0]
            await uow.outbox.later(first, 60, error)


def table(page: str, name: str) -> list[list[str]]:
    """The rows of the table below a heading."""
    found = re.search(rf'id="{name}".*?<tbody>(.*?)</tbody>', page, re.S)
    if found is None:
        return []
    rows = re.findall(r"<tr>(.*?)</tr>", found[1], re.S)
    return [
        [re.sub("<[^>]*>", "", one) for one in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for row in rows
    ]


async def test_nothing_waits(county: Browser) -> None:
    page = (await county.get("/office/messages")).text
    assert "等待发送（0）" in page and "没有消息在等" in page and "没有失败的消息" in page


async def test_what_waits_is_counted_by_kind_and_channel(house: House, county: Browser) -> None:
    await queue(house, house.mei, 2)
    async with house.village.database.unit(OPERATOR, "test") as uow:
        query = select(conversation.c.id).where(conversation.c.account_id == house.lan.account)
        chat = (await uow.connection.execute(query.limit(1))).scalar_one()
        morning = uow.now + timedelta(hours=9)
        await uow.outbox.queue_kind(chat, "digest", {}, 20, not_before=morning)
    page = (await county.get("/office/messages")).text
    assert "等待发送（2）" in page
    digest, reply = table(page, "waiting")
    assert digest[1:] == ["每日汇总", "0", "—", "1"]
    assert reply[1:] == ["对话", "2", "2026-12-03 10:00", "0"]
    assert table(page, "pauses") == []


async def test_a_chat_that_pauses_is_told_until_it_goes_on(house: House, county: Browser) -> None:
    await queue(house, house.mei, 3, "Too Many Requests: retry after 60")
    page = (await county.get("/office/messages")).text
    ((who, _, n, until, why, attempts),) = table(page, "pauses")
    codes = await house.rows("SELECT code FROM account WHERE id = :id", id=house.mei.account)
    assert (who,) in codes and (n, until, attempts) == ("3", "2026-12-03 10:01", "1")
    assert why.startswith("发得太快") and "retry after 60" in why
    house.village.clock.turn(minutes=2)
    page = (await county.get("/office/messages")).text
    assert table(page, "pauses") == [] and "等待发送（3）" in page


async def test_another_countys_messages_are_not_counted(house: House, county: Browser) -> None:
    await queue(house, house.mei, 3, "later")
    far = await house.staff(Role.COUNTY_ADMINISTRATOR, "990908", "far")
    page = (await (await house.browser(far)).get("/office/messages")).text
    assert table(page, "waiting") == [] and table(page, "pauses") == []
