"""The running program is posted to by Telegram, on the port of the web chat."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest

from bot.app import serve
from bot.settings import Settings
from bot.settings_error import SettingsError
from core.clock import SystemClock
from storage.vault import Vault
from tests.emulator import Emulator
from tests.patience import PATIENCE
from tests.ports import free_port


def settings(folder: Path, telegram: Emulator, **changes: object) -> Settings:
    port = free_port()
    given: dict[str, object] = {
        "database_url": f"sqlite:///{folder / 'zoufang.sqlite3'}",
        "key_file": folder / "key",
        "port": port,
        "public_url": f"http://127.0.0.1:{port}",
        "telegram_token": telegram.token,
        "telegram_api": telegram.base,
        "telegram_webhook": True,
        "demo": False,
    }
    return Settings.model_validate(given | changes)


@pytest.mark.parametrize("runtime", ["aiogram", "ptb"])
async def test_one_port_serves_the_web_chat_and_the_webhook(
    tmp_path: Path, vault: Vault, runtime: str
) -> None:
    async with Emulator() as telegram:
        chosen = settings(tmp_path, telegram, telegram_runtime=runtime)
        stop = asyncio.Event()
        running = asyncio.create_task(serve(chosen, SystemClock(), stop, lambda line: None))
        mei = telegram.user(1001)
        await mei.say("hello")
        await mei.expects("/start")
        assert telegram.world.webhook["url"].startswith(f"{chosen.public_url}/telegram/")
        assert len(telegram.world.webhook["secret_token"]) == 32
        async with aiohttp.ClientSession() as session, session.get(chosen.base_url) as page:
            assert page.status == 401
        stop.set()
        await asyncio.wait_for(running, PATIENCE)
    assert telegram.world.webhook  # a restart finds it, and Telegram keeps what comes meanwhile


async def test_a_webhook_without_a_safe_address_ends_the_start(
    tmp_path: Path, vault: Vault
) -> None:
    async with Emulator() as telegram:
        for unsafe in (None, "http://visit.example"):
            chosen = settings(tmp_path, telegram, public_url=unsafe)
            with pytest.raises(SettingsError) as refused:
                await serve(chosen, SystemClock(), asyncio.Event(), lambda line: None)
            assert refused.value.code == "webhook_url"
        assert not telegram.calls
