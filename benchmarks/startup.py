"""From the start of the process to the first reply that a person sees, and the memory at rest.

Each start is a `zoufang run` of its own on a database that is there already, reached over real
HTTP: the web chat as a browser reaches it, Telegram through the Bot API of the tests. The kinds of
start take turns, so that whatever else the machine does meets all of them. The published forms are
made up, of 10 to 60 questions each, and were compiled when they were published.

How long a start takes depends on the machine, so what passes or fails is a ratio: what a start of
the web chat takes of the processor and of memory, against a process by its side that only imports
the libraries that it stands on; the least of each, which no other program has disturbed. The guides
in seconds are printed with what is missed of them.

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

from benchmarks.peers.report import Bar
from benchmarks.startup_home import Home, settle
from tests.emulator.server import TOKEN, Emulator

FORMS: Final = 50
ROUNDS: Final = 7
PATIENCE: Final = 30.0  # seconds for a start on a busy machine
REST: Final = 2.0  # seconds without a request before the memory is read
COMMAND: Final = (sys.executable, "-c", "from bot.cli import main; main()", "run")
MENU: Final = {"kind": "command", "name": "start"}

WEB: Final = "web chat alone"
LIBRARIES: Final = "bare import of its libraries"
BARE: Final = "import aiohttp.web, pydantic, sqlalchemy; print(flush=True); input()"
MOST_CPU: Final = 2.1  # times what the libraries take
MOST_MEMORY: Final = 1.8

# What a start should keep to on two quiet cores: seconds to the first reply, MiB at rest.
GUIDES: Final = {
    WEB: (0.8, 90),
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


async def run(rounds: int) -> list[Bar]:
    """Start each kind once without counting, then `rounds` times; prints the medians."""
    with tempfile.TemporaryDirectory() as folder:
        bare = await settle(Path(folder, "bare"), 0)
        full = await settle(Path(folder, "full"), FORMS)
        demo = await settle(Path(folder, "demo"), 0, demo=True)
        form = {"kind": "tap", "token": full.button}
        kinds: dict[str, Callable[[], Awaitable[Start]]] = {
            LIBRARIES: _bare_import,
            WEB: lambda: _by_web(bare, MENU),
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
    medians = {kind: _median(found) for kind, found in starts.items()}
    _print(medians, rounds)
    return _bars(_least(starts[WEB]), _least(starts[LIBRARIES]))


async def _bare_import() -> Start:
    """A process that imports the libraries and waits."""
    pipe = asyncio.subprocess.PIPE
    began = time.perf_counter()
    bare = await asyncio.create_subprocess_exec(
        sys.executable, "-c", BARE, env=_plain(), stdin=pipe, stdout=pipe
    )
    assert bare.stdout is not None
    try:
        await bare.stdout.readline()
        return await _measured(psutil.Process(bare.pid), began)
    finally:
        bare.kill()
        await bare.wait()


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
    quiet = asyncio.subprocess.DEVNULL
    with home.copied() as copy:
        chosen = copy.settings | {"ZOUFANG_PORT": str(port)} | (settings or {})
        began = time.perf_counter()
        program = await asyncio.create_subprocess_exec(
            *COMMAND, env=_plain() | chosen, stdout=quiet
        )
        try:
            yield psutil.Process(program.pid), began, f"http://127.0.0.1:{port}"
        finally:
            program.kill()
            await program.wait()


def _plain() -> dict[str, str]:
    """Our environment without any settings, in which bytecode is kept."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("ZOUFANG_")}
    plain.pop("PYTHONDONTWRITEBYTECODE", None)
    return plain


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _median(starts: Sequence[Start]) -> Start:
    """Each figure's median of its own."""
    return Start(
        replied=statistics.median(one.replied for one in starts),
        busy=statistics.median(one.busy for one in starts),
        resident=statistics.median(one.resident for one in starts),
    )


def _least(starts: Sequence[Start]) -> Start:
    """Each figure's least of its own."""
    return Start(
        replied=min(one.replied for one in starts),
        busy=min(one.busy for one in starts),
        resident=min(one.resident for one in starts),
    )


def _print(medians: dict[str, Start], rounds: int) -> None:
    print(f"from the start of the process to the first reply, medians of {rounds} starts by turns")
    print(f"  {'':38}{'first reply':>12}{'CPU':>9}{'at rest':>11}   guide on two quiet cores")
    for kind, found in medians.items():
        print(
            f"  {kind:38}{found.replied:10.2f} s{found.busy:7.2f} s{found.resident:7.0f} MiB"
            f"   {_guide(kind, found)}".rstrip()
        )


def _guide(kind: str, found: Start) -> str:
    """What this kind of start should keep to, and by how much it does not."""
    seconds, resident = GUIDES.get(kind, (0, 0))
    told = []
    if seconds:
        told.append(f"{seconds} s{_missed(found.replied - seconds, '.2f', 's')}")
    if resident:
        told.append(f"{resident} MiB{_missed(found.resident - resident, '.0f', 'MiB')}")
    return ", ".join(told)


def _missed(by: float, form: str, unit: str) -> str:
    return f" (missed by {by:{form}} {unit})" if by > 0 else ""


def _bars(web: Start, libraries: Start) -> list[Bar]:
    return [
        Bar(
            f"CPU to the first reply, {WEB} / {LIBRARIES}", web.busy / libraries.busy, most=MOST_CPU
        ),
        Bar(
            f"memory at rest, {WEB} / {LIBRARIES}",
            web.resident / libraries.resident,
            most=MOST_MEMORY,
        ),
    ]


def main() -> int:
    found = asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
    for bar in found:
        print(f"* {bar}")
    return 1 if any(bar.missed for bar in found) else 0


if __name__ == "__main__":
    sys.exit(main())
