"""A page repeats what it sent, at once or weeks later: its step is made once, and never lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest

from bot.channels.web import WebChannel
from core.messages import Inbound
from storage.database import Database
from storage.policy import OPERATOR, SYSTEM, Role
from storage.purge import HANDLED
from storage.web import DatabaseWebStore
from tests import world
from tests.bot.channels.web.site import address_of, serving
from tests.clock import TurnedClock

SENT = {
    "client_id": "6f1d7c52-3d7c-4bb7-8a39-6b1f6a1b0c11",
    "event": {"kind": "text", "text": "4"},
}


@dataclass(slots=True)
class Bot:
    """Claims inbounds as a step does, and keeps those whose step was made. While it `dies`, the
    process ends before the step."""

    database: Database
    made: list[Inbound] = field(default_factory=list)
    dies: bool = False

    async def receive(self, inbound: Inbound) -> None:
        if self.dies:
            raise ConnectionError
        async with self.database.unit(SYSTEM, "step", "web") as uow:
            if await uow.inbox.claim("web", inbound.key):
                self.made.append(inbound)


@pytest.fixture
def bot(database: Database) -> Bot:
    return Bot(database)


@pytest.fixture
async def page(
    database: Database, clock: TurnedClock, bot: Bot
) -> AsyncIterator[aiohttp.ClientSession]:
    """The page of a worker."""
    await world.settle(database)
    worker = await world.hire(database, Role.GRID_WORKER, world.GRID)
    async with database.unit(OPERATOR, "test") as uow:
        link = await uow.invites.issue("web", account_id=worker.account_id)
    channel = WebChannel(DatabaseWebStore(database, "zh"), clock)
    async with serving(channel, bot.receive) as runner:
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(address_of(runner), cookie_jar=jar) as session:
            async with session.post(f"/sign-in/{link}") as answer:
                assert answer.status == 200
            yield session


async def post(page: aiohttp.ClientSession) -> int:
    async with page.post("/chat/messages", json=SENT) as answer:
        return answer.status


async def lines(page: aiohttp.ClientSession) -> int:
    async with page.get("/chat/history") as answer:
        return len((await answer.json())["lines"])


async def purge_later(database: Database, clock: TurnedClock) -> int:
    """Go on until the inbox forgets what was handled; how many rows went."""
    clock.turn(seconds=HANDLED.total_seconds() + 1)
    async with database.unit(SYSTEM, "purge") as uow:
        return await uow.purge()


async def waiting(database: Database, clock: TurnedClock) -> list[str]:
    clock.turn(minutes=1)  # before that it may just be on its way
    async with database.unit(SYSTEM, "test") as uow:
        return [inbound.key for inbound in await uow.inbox.waiting()]


async def test_what_is_new_makes_its_step(
    page: aiohttp.ClientSession, bot: Bot, database: Database, clock: TurnedClock
) -> None:
    assert await post(page) == 202
    (inbound,) = bot.made
    assert inbound.key == SENT["client_id"]
    assert inbound.message is not None
    assert await waiting(database, clock) == []


async def test_what_is_repeated_at_once_changes_nothing(
    page: aiohttp.ClientSession, bot: Bot
) -> None:
    assert [await post(page) for _ in range(3)] == [202] * 3
    assert (len(bot.made), await lines(page)) == (1, 1)


async def test_what_is_repeated_after_the_inbox_forgot_it_changes_nothing(
    page: aiohttp.ClientSession, bot: Bot, database: Database, clock: TurnedClock
) -> None:
    await post(page)
    assert await purge_later(database, clock) == 1
    assert await post(page) == 202
    assert (len(bot.made), await lines(page)) == (1, 1)


async def test_a_step_that_the_process_did_not_live_to_make_is_made_by_the_repeat(
    page: aiohttp.ClientSession, bot: Bot
) -> None:
    bot.dies = True
    assert await post(page) == 500
    assert bot.made == []
    bot.dies = False
    assert [await post(page) for _ in range(2)] == [202] * 2
    assert (len(bot.made), await lines(page)) == (1, 1)


async def test_it_is_made_however_long_the_page_stayed_away(
    page: aiohttp.ClientSession, bot: Bot, database: Database, clock: TurnedClock
) -> None:
    bot.dies = True
    await post(page)
    assert await purge_later(database, clock) == 0
    bot.dies = False
    assert await post(page) == 202
    assert len(bot.made) == 1
    await purge_later(database, clock)
    assert await post(page) == 202
    assert len(bot.made) == 1


async def test_it_waits_in_the_inbox_for_a_page_that_never_comes_back(
    page: aiohttp.ClientSession, bot: Bot, database: Database, clock: TurnedClock
) -> None:
    bot.dies = True
    await post(page)
    assert await waiting(database, clock) == [SENT["client_id"]]


async def test_what_was_given_up_is_not_tried_again(
    page: aiohttp.ClientSession, bot: Bot, database: Database, clock: TurnedClock
) -> None:
    bot.dies = True
    await post(page)
    clock.turn(minutes=1)
    async with database.unit(SYSTEM, "test") as uow:
        (inbound,) = await uow.inbox.waiting()
        while await uow.inbox.set_aside(inbound, "RuntimeError"):
            pass
    bot.dies = False
    await purge_later(database, clock)
    assert await post(page) == 202
    assert bot.made == []
