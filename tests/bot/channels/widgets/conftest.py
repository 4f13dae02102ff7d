"""A village whose worker has come in over a real channel, and stands before a form."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from bot.channels.aiogram_runtime import AiogramApi
from bot.channels.telegram import TelegramChannel
from bot.channels.web import WebChannel
from core.ports import Channel, Pace
from handlers.rendering import render
from handlers.step import Steps
from scheduler.sender import Sender
from storage.policy import OPERATOR, SYSTEM, Role
from storage.web import DatabaseWebStore
from tests.bot.channels.widgets.browser import Browser
from tests.bot.channels.widgets.form import offer
from tests.bot.channels.widgets.phone import Phone
from tests.emulator import Emulator
from tests.handlers.conftest import GRID, Village, built_in, engine_of_the_village, settled, village

__all__ = ["built_in", "engine_of_the_village", "settled", "village"]


class Unhurried(TelegramChannel):
    """Sends as fast as it can: the clock of a test does not move."""

    @property
    def pace(self) -> Pace | None:  # type: ignore[override]
        return None


def _steps(home: Village, channel: Channel) -> tuple[Steps, Sender]:
    channels = {channel.name: channel}
    sender = Sender(home.database, channels, lambda one: render(one, home.house), home.clock)
    return Steps(home.database, home.house, channels, sender), sender


@pytest.fixture
async def browser(village: Village) -> AsyncIterator[Browser]:
    """A worker in the web chat, before the first question."""
    await offer(village)
    account, _ = await village.hire(Role.GRID_WORKER, GRID)
    store = DatabaseWebStore(village.database, "zh")
    channel = WebChannel(store, village.clock, "http://127.0.0.1")
    steps, sender = _steps(village, channel)
    app = web.Application()
    channel.attach(app)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    running = asyncio.create_task(channel.run(steps.receive))
    async with village.database.unit(OPERATOR, "test") as uow:
        link = await uow.invites.issue("web", account_id=account)
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(url, cookie_jar=jar) as session:
        async with session.post(f"/sign-in/{link}") as answer:
            assert answer.status == 200
        someone = Browser(session, sender)
        await someone.say("/menu")
        await someone.press("sample")
        yield someone
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    await runner.cleanup()


@pytest.fixture
async def phone(village: Village) -> AsyncIterator[Phone]:
    """A worker on Telegram, before the first question."""

    async def restart() -> None:
        await stack.aclose()
        await stack.enter_async_context(_at_work(village, emulator))

    await offer(village)
    _, code = await village.hire(Role.GRID_WORKER, GRID)
    async with Emulator() as emulator, AsyncExitStack() as stack:
        await restart()
        user = emulator.user(1001)
        await user.say(f"/start {code}")
        menu = await user.expects(lambda message: bool(message.buttons))
        await user.press(menu, "sample")
        someone = Phone(emulator, user, restart)
        await someone.sees("Which pump?")
        yield someone


@asynccontextmanager
async def _at_work(village: Village, emulator: Emulator) -> AsyncIterator[None]:
    """A process that serves the village on Telegram."""

    async def media(key: str) -> tuple[bytes, str, str]:
        async with village.database.unit(SYSTEM, "media") as uow:
            found = await uow.media.get(key)
        assert found is not None
        return found

    api = AiogramApi(emulator.token, emulator.base)
    channel = Unhurried(api, clock=village.clock, media=media, hold=5)
    steps, sender = _steps(village, channel)
    tasks = [asyncio.create_task(work) for work in (channel.run(steps.receive), sender.run())]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await channel.close()
