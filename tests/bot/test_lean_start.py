"""What a start of the web chat alone does not load: it stays quick and small only if this holds.

Whoever finds a name here that they need has imported a heavy library at the top of a module that
every start loads. Import it where it is used, or in a module that only its users load.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.end_to_end.program import environment
from tests.patience import PATIENCE

UNUSED: Final = {
    "aiogram": "another channel",
    "alembic": "a schema that is not up to date",
    "apscheduler": "the first ticks, a second later",
    "asyncpg": "PostgreSQL",
    "bot.cli.app": "the other commands",
    "bot.demo": "the made-up township",
    "core.file_metadata": "the first file that comes in",
    "forms.intake": "a form that is taken in",
    "forms.prompts": "the first form that is opened",
    "forms.xpath": "the first form that is opened",
    "handlers.interviews": "the first form that is opened",
    "handlers.owing": "who looks at what is owed",
    "handlers.resident": "residents",
    "handlers.supervising_page": "supervisors",
    "lxml": "a form that is taken in",
    "markdown_it": "another channel",
    "multiprocessing": "APScheduler",
    "openpyxl": "tables that come in or go out",
    "pension": "who asks about a pension",
    "prometheus_client": "who asks for /metrics",
    "pypinyin": "a name that is entered",
    "pyxform": "a form that is taken in",
    "regex": "a form that has a pattern",
    "rich": "tables on a terminal",
    "scheduler.ground": "the first ticks, a second later",
    "sqlalchemy.dialects.postgresql": "PostgreSQL",
    "sqlalchemy.orm": "nobody",
    "storage.purge": "what is purged, an hour later",
    "storage.register": "who looks at people or homes",
    "structlog": "the first line of the log",
    "telegram": "another channel",
    "typer": "the other commands",
}
"""Modules, and what needs them."""

START: Final = """
import asyncio, json, sys
from bot.cli import starting

program = starting.program()
from bot.settings import from_environment
from core.clock import SystemClock

async def serve() -> None:
    stop = asyncio.Event()
    await program.serve(from_environment(), SystemClock(), stop, lambda line: stop.set())

asyncio.run(serve())
print(json.dumps(list(sys.modules)))
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """The modules of a process that has served, on a database that was there already."""
    folder = tmp_path_factory.mktemp("lean")
    start(folder)
    return frozenset(json.loads(start(folder)))


def start(folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", START],
        cwd=folder,
        env=environment(port=0, demo="false"),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=PATIENCE,
    )
    return done.stdout


@pytest.mark.parametrize("module", UNUSED)
def test_a_start_of_the_web_chat_alone_does_not_load(module: str, loaded: frozenset[str]) -> None:
    assert module not in loaded, f"{module} is for {UNUSED[module]}"


def test_it_loads_what_it_serves_with(loaded: frozenset[str]) -> None:
    assert loaded >= {"aiohttp.web", "bot.app", "handlers.step", "sqlalchemy", "storage.writer"}
