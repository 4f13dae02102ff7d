"""The office on a port, with a small village, rules, and people who are signed in."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial

import aiohttp
import pytest
from aiohttp import web

from bot import office
from bot.channels.web import WebChannel
from bot.settings import Settings
from core.messages import Inbound
from scheduler.closing import keep_up
from scheduler.effects import Effect
from scheduler.ground import Ground
from scheduler.ladders import Ladder
from scheduler.rulebook import Rulebook
from storage.areas import Area
from storage.policy import OPERATOR, Role
from storage.web import DatabaseWebStore
from tests.bot.channels.web.site import address_of
from tests.handlers.conftest import (
    GRID,
    NEXT_GRID,
    TOWNSHIP,
    Village,
    _no_logs,
    built_in,
    engine_of_the_village,
    running,
    settled,
    village,
)
from tests.handlers.matrix import HOMES
from tests.handlers.paper import Talker
from tests.scheduler.duties import ground
from tests.scheduler.making import SHANGHAI

__all__ = ["_no_logs", "built_in", "engine_of_the_village", "settled", "village"]


GONE = (
    Effect.model_validate(
        {
            "form": "elderly_followup",
            "question": "outcome",
            "values": ["deceased"],
            "leaves": "deceased",
        }
    ),
)


@cache
def ladder() -> Ladder:
    """The ladder that rules climb unless they name another."""
    return Rulebook.read().ladders["ordinary"]


@dataclass(slots=True)
class Answer:
    """A page as it came, after all redirections."""

    status: int
    path: str
    text: str
    body: bytes = b""

    @property
    def told(self) -> str:
        """What the page says was done."""
        found = re.search(r'class="told" role="status">([^<]*)', self.text)
        return found[1] if found else ""

    def values(self, name: str) -> list[str]:
        """What the fields of this name hold."""
        return re.findall(rf'name="{name}"[^>]* value="([^"]*)"', self.text)


@dataclass(slots=True)
class Browser:
    """Somebody signed in."""

    page: aiohttp.ClientSession

    async def get(self, path: str) -> Answer:
        async with self.page.get(path) as answer:
            return await _answer(answer)

    async def post(self, path: str, **fields: object) -> Answer:
        data = aiohttp.FormData()
        for name, value in fields.items():
            for one in value if isinstance(value, list) else [value]:
                data.add_field(name, str(one))
        async with self.page.post(path, data=data) as answer:
            return await _answer(answer)

    async def decide(self, path: str, act: str, **fields: object) -> Answer:
        """Approve a record or send it back, as its page stands now."""
        marks = (await self.get(path)).values("mark")
        return await self.post(f"{path}/{act}", mark=marks[0] if marks else "", **fields)

    async def upload(self, path: str, name: str, content: bytes, **fields: str) -> Answer:
        data = aiohttp.FormData()
        for field, value in fields.items():
            data.add_field(field, value)
        data.add_field("file", content, filename=name)
        async with self.page.post(path, data=data) as answer:
            return await _answer(answer)


async def _answer(answer: aiohttp.ClientResponse) -> Answer:
    body = await answer.read()
    return Answer(answer.status, answer.url.path, body.decode(errors="replace"), body)


@dataclass(slots=True)
class House:
    """The office of the village, and those who work there."""

    base: str
    village: Village
    rules: Ground
    mei: Talker
    lan: Talker
    above: Talker
    opened: contextlib.AsyncExitStack

    async def browser(self, who: Talker | None) -> Browser:
        """A browser in which `who` is signed in; None: nobody."""
        jar = aiohttp.CookieJar(unsafe=True)
        page = await self.opened.enter_async_context(
            aiohttp.ClientSession(self.base, cookie_jar=jar)
        )
        if who is not None:
            async with self.village.database.unit(OPERATOR, "test") as uow:
                link = await uow.invites.issue("web", account_id=who.account)
            async with page.post(f"/sign-in/{link}") as answer:
                assert answer.status == 200
        return Browser(page)

    async def rows(self, query: str, **values: object) -> list[tuple[object, ...]]:
        """What the database says."""
        from sqlalchemy import text

        async with self.village.database.reading(OPERATOR, "test") as uow:
            found = await uow.connection.execute(text(query), values)
            return [tuple(row) for row in found]

    async def staff(self, role: Role, area: str, name: str) -> Talker:
        """One more who works there, or far away."""
        async with self.village.database.unit(OPERATOR, "test") as uow:
            if await uow.areas.get(area) is None:
                await uow.areas.put([Area(area, "township", "远乡", area[:6])])
        return await self.village.staff(role, area, name)


@pytest.fixture
async def house(village: Village) -> AsyncIterator[House]:
    rules = ground(HOMES, effects=GONE, ladders=(ladder(),))
    village.database.zone = SHANGHAI
    village.clock.set(datetime(2026, 12, 3, 2, tzinfo=UTC))
    kept = replace(village.house, ground=lambda: rules, bot="village_bot")
    here = running(village.database, village.clock, village.channel, kept)
    mei = await here.staff(Role.GRID_WORKER, GRID, "mei")
    lan = await here.staff(Role.GRID_WORKER, NEXT_GRID, "lan")
    above = await here.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP, "above")
    await keep_up(village.database, rules)
    async with contextlib.AsyncExitStack() as opened:
        base = await _serve(opened, here)
        yield House(base, here, rules, mei, lan, above, opened)


@pytest.fixture
async def above(house: House) -> Browser:
    """A browser of the township's supervisor."""
    return await house.browser(house.above)


async def beside(house: House, settings: Settings | None = None) -> str:
    """A second process on the same database; where it is."""
    return await _serve(house.opened, house.village, settings)


async def _serve(
    opened: contextlib.AsyncExitStack, here: Village, settings: Settings | None = None
) -> str:
    channel = WebChannel(DatabaseWebStore(here.database, "zh"), here.clock)
    app = web.Application(client_max_size=32 * 2**20)
    channel.attach(app)
    attach = partial(office.attach, database=here.database, house=here.house, door=channel.door)
    attach(app, settings=settings)
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    opened.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0).start()

    async def receive(_: Inbound) -> None:
        pass

    task = asyncio.create_task(channel.run(receive))
    await asyncio.sleep(0)

    async def stop() -> None:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    opened.push_async_callback(stop)
    return address_of(runner)
