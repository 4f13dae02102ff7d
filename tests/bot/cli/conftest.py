"""The command line on a database of its own."""

from __future__ import annotations

import asyncio
import base64
import os
import threading
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bot.cli import main
from core.clock import SystemClock
from storage.database import Database
from storage.vault import Vault
from tests import world
from tests.emulator import Emulator
from tests.patience import PATIENCE

Result = TypeVar("Result")

KEY = base64.b64encode(bytes(range(32))).decode()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str

    @property
    def refusal(self) -> str:
        """The one line of an operator's error."""
        assert self.status == 2
        assert self.err.count("\n") == 1, self.err
        return self.err.strip()


Command = Callable[..., Outcome]


@pytest.fixture
def zoufang(
    sqlite_url: str,
    vault: Vault,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Command:
    """Runs a command in Chinese, in an empty folder, with the key of the other fixtures."""
    for name in [name for name in os.environ if name.startswith("ZOUFANG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ZOUFANG_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("ZOUFANG_KEY", KEY)
    monkeypatch.setenv("ZOUFANG_LANGUAGE", "zh")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Outcome:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Outcome(ended.value.code, said.out, said.err)

    return run


@pytest.fixture
def village(sqlite_url: str, vault: Vault) -> None:
    """The small register, in the database of the command line."""

    async def settle() -> None:
        database = await Database.open(sqlite_url, SystemClock())
        await world.settle(database)
        await database.close()

    asyncio.run(settle())


class Elsewhere:
    """A loop of its own for servers, since a command runs a loop too."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def do(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """Where servers run beside a command."""
    made = Elsewhere()
    yield made
    made.end()


@pytest.fixture
def telegram(
    zoufang: Command, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Emulator]:
    """A Telegram that is named by the settings."""
    emulator = Emulator()
    elsewhere.do(emulator.open())
    monkeypatch.setenv("ZOUFANG_TELEGRAM_TOKEN", emulator.token)
    monkeypatch.setenv("ZOUFANG_TELEGRAM_API", emulator.base)
    monkeypatch.setenv("ZOUFANG_PUBLIC_URL", "https://visit.example")
    yield emulator
    elsewhere.do(emulator.close())
