"""From the start of the process to the first reply that a person sees, and the memory at rest.

Each start is a `zoufang run` of its own on a database that is there already, reached over real
HTTP: the web chat as a browser reaches it, Telegram through the Bot API of the tests. The kinds of
start take turns, so that whatever else the machine does meets all of them. The published forms are
made up, of 10 to 60 questions each, and were compiled when they were published.

    python -m benchmarks.startup [rounds]
"""

from __future__ import annotations

import asyncio
import os
import socket
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import psutil
from aiohttp import ClientConnectionError, ClientSession

from benchmarks.startup_home import Home, settle
from tests.emulator.server import TOKEN, Emulator

FORMS: Final = 50
ROUNDS: Final = 7
PATIENCE: Final = 30.0  # seconds for a start on a busy machine
REST: Final = 2.0  # seconds without a request before the memory is read
COMMAND: Final = (sys.executable, "-c", "from bot.cli import main; main()", "run")
MENU: Final = {"kind": "command", "name": "start"}

# What a start should keep to on two quiet cores: seconds to the first reply, MiB at rest.
LIMITS: Final = {
    "web chat alone": (0.8, 90),
    f"{FORMS} forms, the menu": (1.0, 0),
    f"{FORMS} forms, a form's first question": (1.0, 0),
}


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds from the start of the process to the first reply, the CPU seconds among them, and
    MiB resident at rest."""

    replied: float
    busy: float
    resident: float


async def run(rounds: int) -> None:
    """Start each kind once without counting, then `rounds` times; prints the medians."""
    with tempfile.TemporaryDirectory() as folder:
        bare = await settle(Path(folder, "bare"), 0)
        full = await settle(Path(folder, "full"), FORMS)
        demo = await settle(Path(folder, "demo"), 0, demo=True)
        form = {"kind": "tap", "token": full.button}
        kinds: dict[str, Callable[[], Awaitable[Start]]] = {
            "web chat alone": lambda: _by_web(bare, MENU),
            "with the made-up township": lambda: _by_web(demo, MENU),
            f"{FORMS} forms, the menu": lambda: _by_web(full, MENU),
            f"{FORMS} forms, a form's first question": lambda: _by_web(full, form),
            "with python-telegram-bot": lambda: _by_telegram(bare, "ptb"),
            "with aiogram": lambda: _by_telegram(bare, "aiogram"),
        }
        starts: dict[str, list[Start]] = defaultdict(list)
        for begin in kinds.values():
            await begin()  # as a first start does, it writes the bytecode of what it loads
        for _ in range(rounds):
            for kind, begin in kinds.items():
                starts[kind].append(await begin())
    _print(starts, rounds)


async def _by_web(home: Home, event: dict[str, str]) -> Start:
    async with _running(home) as (process, began, url):
        cookies = {"zoufang": home.cookie}
        async with ClientSession(url, cookies=cookies) as browser:
            async with asyncio.timeout(PATIENCE):
                await _reply_on_page(browser, event)
            return await _measured(process, began)


async def _by_telegram(home: Home, runtime: str) -> Start:
    async with Emulator() as api:
        person = api.user(1001)
        await person.say("/start")
        telegram = {"TOKEN": TOKEN, "API": api.base, "RUNTIME": runtime}
        settings = {f"ZOUFANG_TELEGRAM_{name}": value for name, value in telegram.items()}
        async with _running(home, settings) as (process, began, _):
            await person.expects(within=PATIENCE)
            return await _measured(process, began)


async def _reply_on_page(browser: ClientSession, event: dict[str, str]) -> None:
    """Send `event` as soon as somebody takes it, and wait until the reply stands on the page."""
    message: dict[str, Any] = {"client_id": str(uuid4()), "event": event}
    seq = None
    while seq is None:
        try:
            async with browser.post("/chat/messages", json=message) as answer:
                seq = (await answer.json())["seq"] if answer.status == 202 else None
        except ClientConnectionError:
            await asyncio.sleep(0.002)
    async with browser.get("/chat/events", params={"after": seq}) as events:
        async for line in events.content:
            if b'"from": "bot"' in line:
                return


async def _measured(process: psutil.Process, began: float) -> Start:
    replied = time.perf_counter() - began
    times = process.cpu_times()
    await asyncio.sleep(REST)
    return Start(replied, times.user + times.system, process.memory_info().rss / 2**20)


@asynccontextmanager
async def _running(
    home: Home, settings: dict[str, str] | None = None
) -> AsyncIterator[tuple[psutil.Process, float, str]]:
    """A program that has just been started, on a copy of `home`: the process, the moment, and where
    its page will be."""
    port = _free_port()
    plain = {name: value for name, value in os.environ.items() if not name.startswith("ZOUFANG_")}
    plain.pop("PYTHONDONTWRITEBYTECODE", None)
    quiet = asyncio.subprocess.DEVNULL
    with home.copied() as copy:
        chosen = copy.settings | {"ZOUFANG_PORT": str(port)} | (settings or {})
        began = time.perf_counter()
        program = await asyncio.create_subprocess_exec(*COMMAND, env=plain | chosen, stdout=quiet)
        try:
            yield psutil.Process(program.pid), began, f"http://127.0.0.1:{port}"
        finally:
            program.kill()
            await program.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _print(starts: dict[str, list[Start]], rounds: int) -> None:
    print(f"from the start of the process to the first reply, medians of {rounds} starts by turns")
    print(f"  {'':38}{'first reply':>12}{'CPU':>9}{'at rest':>11}   guide on two quiet cores")
    for kind, found in starts.items():
        seconds, resident = LIMITS.get(kind, (0, 0))
        guide = [f"{seconds} s"] * bool(seconds) + [f"{resident} MiB"] * bool(resident)
        print(
            f"  {kind:38}{_median([one.replied for one in found]):10.2f} s"
            f"{_median([one.busy for one in found]):7.2f} s"
            f"{_median([one.resident for one in found]):7.0f} MiB   {', '.join(guide)}"
        )


def _median(values: Sequence[float]) -> float:
    return statistics.median(values)


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
