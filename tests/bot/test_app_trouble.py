"""The running program outlives its database, tells how it is, and ends in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp

from bot.app import serve
from bot.settings import Settings
from core.clock import SystemClock
from storage.vault import Vault
from tests.bot.test_app_webhook import settings
from tests.emulator import Emulator, User, faults
from tests.end_to_end.program import SOON
from tests.patience import PATIENCE
from tests.postgres import PostgresServer

FIGURES: Final = (
    'zoufang_steps_total{channel="telegram",outcome="made"}',
    'zoufang_deliveries_total{channel="telegram",outcome="sent"}',
    'zoufang_bot_api_calls_total{code="200",method="sendMessage"}',
    'zoufang_channel_up{channel="telegram"} 1.0',
    'zoufang_step_seconds_count{stage="commit"}',
    'zoufang_loop_age_seconds{loop="outbox"}',
)


@dataclass(slots=True)
class Running:
    """A program with Telegram, and somebody who asks how it is."""

    telegram: Emulator
    mei: User
    session: aiohttp.ClientSession
    task: asyncio.Task[None]
    stop: asyncio.Event

    async def status(self, path: str) -> int:
        async with self.session.get(path) as answer:
            return answer.status

    async def is_ready(self) -> None:
        """Wait until it says so: it gives its database three seconds to answer, and no more."""
        async with asyncio.timeout(PATIENCE):
            while True:
                if await self.status("/readyz") == 200:
                    return
                await asyncio.sleep(0.05)

    async def shows(self, *wanted: str) -> None:
        """Wait until these stand among its figures: what somebody has heard is counted a moment
        later."""
        missing = list(wanted)
        try:
            async with asyncio.timeout(PATIENCE):
                while missing:
                    await asyncio.sleep(0.05)
                    async with self.session.get("/metrics") as answer:
                        figures = await answer.text()
                    missing = [one for one in wanted if one not in figures]
        except TimeoutError:
            raise AssertionError(f"not shown: {missing}") from None

    async def end(self) -> float:
        """Stop it; how many seconds that took."""
        begun = time.monotonic()
        self.stop.set()
        await self.task
        return time.monotonic() - begun


@asynccontextmanager
async def running(telegram: Emulator, chosen: Settings) -> AsyncIterator[Running]:
    stop = asyncio.Event()
    task = asyncio.create_task(serve(chosen, SystemClock(), stop, lambda line: None))
    mei = telegram.user(1001)
    await mei.say("hello")
    await mei.expects("/start")
    async with aiohttp.ClientSession(chosen.base_url) as session:
        program = Running(telegram, mei, session, task, stop)
        try:
            yield program
        finally:
            await program.end()


async def test_a_database_that_goes_away_and_comes_back(
    tmp_path: Path, vault: Vault, postgres: PostgresServer, migrated_postgres: str
) -> None:
    name = postgres.new(migrated_postgres)
    async with Emulator() as telegram:
        chosen = settings(
            tmp_path,
            telegram,
            database_url=postgres.url(name),
            telegram_webhook=False,
            telegram_runtime="ptb",
        )
        async with running(telegram, chosen) as program:
            await program.is_ready()
            assert await program.status("/healthz") == 200
            postgres.close_to_all(name)
            await program.mei.say("hello again")
            assert [await program.status(path) for path in ("/healthz", "/readyz")] == [200, 503]
            assert telegram.world.updates  # not confirmed while nobody can take it
            postgres.open_to_all(name)
            await program.mei.expects("/start")
            await telegram.quiet()
            await program.is_ready()
    postgres.drop(name)


async def test_it_shows_its_figures_and_ends_though_telegram_hangs(
    tmp_path: Path, vault: Vault
) -> None:
    async with Emulator() as telegram:
        chosen = settings(tmp_path, telegram, telegram_runtime="ptb")
        async with running(telegram, chosen) as program:
            await program.shows(*FIGURES)
            telegram.fail_next("sendMessage", faults.stall(60))
            await program.mei.say("hello again")
            await telegram.quiet()
            assert await program.end() < SOON
