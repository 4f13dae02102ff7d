"""The command line on a database of its own."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli import main
from core.clock import SystemClock
from storage.database import Database
from storage.vault import Vault
from tests import world

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
