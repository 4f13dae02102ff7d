"""Beside a running program: a second one on the same SQLite file is refused, and every command that
is not the program itself does its work."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.end_to_end.program import Program, ends, environment
from tests.end_to_end.township import Township
from tests.end_to_end.web_client import WebChat
from tests.patience import PATIENCE
from tests.ports import free_port

SAVED, SHEET, RECORDS = "one.zfb", "register.xlsx", "records.xlsx"
COMMANDS: Final = (
    f"backup {SAVED}",
    f"backup {SAVED} --check",
    "audit verify",
    "db upgrade",
    "tick",
    "forms list",
    "staff list",
    "staff invite --role grid_worker --area 990101100201001 --name 张丽",
    f"register template {SHEET}",
    f"register import {SHEET} --dry-run",
    "submissions list",
    f"submissions export {RECORDS}",
    "export list",
    "rules list",
    "outbox list",
    "outbox retry all",
    "push list",
    "pension check",
    "token list",
    "hold list",
    "vault status",
    "purge",
    "version",
)
ALL: Final = """
import json, sys
from bot.cli.words import choose
choose([])
from bot.cli.app import run
print(json.dumps({command: run(command.split()) for command in json.loads(sys.argv[1])}))
"""
"""All of them in one process, which is quicker than to load the program for each."""


def statuses(folder: Path) -> dict[str, int]:
    """The exit status of each command."""
    done = subprocess.run(
        [sys.executable, "-c", ALL, json.dumps(COMMANDS)],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    print(done.stderr)
    found: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return found


async def test_a_second_program_is_refused_and_every_command_works(township: Township) -> None:
    with Program(township.folder, port=free_port()) as program:
        await asyncio.to_thread(program.ready)
        second = await asyncio.to_thread(ends, township.folder, "run", port=free_port())
        assert second.returncode == 2
        (line,) = second.stderr.splitlines()
        assert "只能由一个 zoufang run 使用" in line
        assert "zoufang.sqlite3" in line
        found = await asyncio.to_thread(statuses, township.folder)
        assert {command: status for command, status in found.items() if status} == {}
        async with await WebChat.enter(program.link("居民")) as page:
            await page.begin()  # the first one goes on as if nothing had been
            assert "隐私说明" in page.open.text
