"""A Telegram channel by aiogram, speaking real HTTP with the emulator."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.channels.aiogram_runtime import AiogramApi
from bot.channels.telegram import TelegramChannel
from tests.bot.channels.telegram.rig import FixedClock, Pauses, Receive, Running, media
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
async def channel(telegram: Emulator, pauses: Pauses) -> AsyncIterator[TelegramChannel]:
    api = AiogramApi(telegram.token, telegram.base)
    made = TelegramChannel(api, clock=FixedClock(), media=media, hold=5, pause=pauses)
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
