"""A Telegram channel by each library, speaking real HTTP with the emulator."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.channels.telegram import Api, TelegramChannel, open_api
from bot.channels.telegram.opening import Runtime
from tests.bot.channels.telegram.rig import (
    FixedClock,
    Pauses,
    Receive,
    Running,
    Unreads,
    media,
)
from tests.emulator import Emulator, User


@pytest.fixture
async def telegram() -> AsyncIterator[Emulator]:
    async with Emulator() as emulator:
        yield emulator


@pytest.fixture
async def mei(telegram: Emulator) -> User:
    """A person who has opened the bot; her first message is no longer waiting."""
    user = telegram.user(1001, "Mei")
    await user.say("hello")
    telegram.world.updates.clear()
    return user


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def unreads() -> Unreads:
    return Unreads()


@pytest.fixture(params=["aiogram", "ptb"])
def runtime(request: pytest.FixtureRequest) -> Runtime:
    """The library that carries the calls."""
    chosen: Runtime = request.param
    return chosen


@pytest.fixture
async def api(telegram: Emulator, runtime: Runtime) -> AsyncIterator[Api]:
    opened = open_api(runtime, telegram.token, telegram.base)
    yield opened
    await opened.close()


@pytest.fixture
async def channel(api: Api, pauses: Pauses, unreads: Unreads) -> AsyncIterator[TelegramChannel]:
    made = TelegramChannel(
        api, clock=FixedClock(), media=media, unread=unreads, hold=5, pause=pauses
    )
    yield made
    await made.close()


@pytest.fixture
def running(channel: TelegramChannel) -> Running:
    """Run the channel for the length of a block."""

    @asynccontextmanager
    async def run(receive: Receive) -> AsyncIterator[None]:
        task = asyncio.create_task(channel.run(receive))
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    return run
