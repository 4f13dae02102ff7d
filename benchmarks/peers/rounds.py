"""One run of one bot: its folder, its process on one core, Telegram and the people on the other."""

from __future__ import annotations

import asyncio
import atexit
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any, Final

import psutil

from benchmarks.peers import answers, house, redis_server
from benchmarks.peers.form import TITLE
from benchmarks.peers.variants import AIOGRAM_REDIS, Variant
from handlers.forms import publish_builtin

PEOPLE: Final = 32
OUT: Final = Path("benchmarks/out").absolute()
_STOPS_WITHIN: Final = 20.0  # seconds
SAID: Final = "said.txt"
_CORES: Final = {"load": [0], "bot": [1]}

Opening = tuple[str, str, str]
"""What somebody says first, the words that the reply has to hold, and a button that it has."""


@dataclass(frozen=True, slots=True)
class Run:
    """What was measured. `steps` are a second; `p50` and `p99` milliseconds from what a person does
    to the reply; `cpu` milliseconds of the bot's processor time a step; `calls` of the Bot API a
    step; `stall` the longest that the event loop was held up, in milliseconds; `memory` MiB
    resident at the end; `server` the share of its core that Telegram and the people took; `queued`
    the share of the time that the bot was ready and other programs had its core; `refused` the
    calls that Telegram refused; `repeated` how often somebody got no reply; `lost` the finished
    interviews that are not in the database as they were told."""

    steps: float
    p50: float
    p99: float
    cpu: float
    calls: float
    stall: float
    memory: float
    server: float
    queued: float
    refused: int
    repeated: int
    lost: int


def run(variant: Variant, seconds: float) -> Run:
    """Start everything anew, measure for `seconds`, stop, and look into the database.

    Raises RuntimeError if the bot or the load ends before its time.
    """
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=OUT, prefix="peer-") as name:
        folder = Path(name)
        openings = openings_of(variant, folder, PEOPLE)
        try:
            with load(variant.whose, openings, seconds) as lines:
                base = line(lines)["base"]
                with bot(variant, folder, base) as process:
                    began, before, queued = line(lines)["began"], _cpu(process), _queued(process)
                    seen = line(lines)
                    cpu, memory = _cpu(process) - before, process.memory_info().rss
                    queued = _queued(process) - queued
        except (RuntimeError, psutil.Error) as error:
            raise RuntimeError(f"{variant.name}: {error}\n{last_words(folder)}") from error
        took = sorted(seen["steps"])
        return Run(
            steps=len(took) / (seen["ended"] - began),
            p50=1e3 * took[len(took) // 2],
            p99=1e3 * took[len(took) * 99 // 100],
            cpu=1e3 * cpu / len(took),
            calls=seen["calls"] / len(took),
            stall=1e3 * stall(folder, began, seen["ended"]),
            memory=memory / 2**20,
            server=seen["server_seconds"] / (seen["ended"] - began),
            queued=queued / (seen["ended"] - began),
            refused=sum(seen["refused"].values()),
            repeated=seen["repeated"],
            lost=max(seen["interviews"] - _kept(variant, folder), 0),
        )


def openings_of(variant: Variant, folder: Path, people: int) -> list[Opening]:
    """Make what the bot needs in its folder; what each person says first."""
    if variant.whose == "peers":
        return [("/start", "", "")] * people
    template, codes = _template(people)
    shutil.copytree(template, folder, dirs_exist_ok=True)
    return openings_with(codes)


@cache
def _template(people: int) -> tuple[Path, list[str]]:
    """A house that every run gets a copy of, and the codes that let people in. Its folder goes when
    the benchmark ends."""
    folder = Path(tempfile.mkdtemp(dir=OUT, prefix="house-"))
    atexit.register(shutil.rmtree, folder)

    async def build() -> list[str]:
        database = await house.opened(folder)
        try:
            await publish_builtin(database)  # or the bot would do it, in the measured time
            return await house.build(database, people)
        finally:
            await database.close()

    return folder, asyncio.run(build())


def openings_with(codes: Sequence[str]) -> list[Opening]:
    """People who come in by these codes and get the menu."""
    return [(f"/start {code}", "", TITLE) for code in codes]


def _kept(variant: Variant, folder: Path) -> int:
    """The interviews that are in the database, each answer once and as it was given."""
    if variant.whose == "peers":
        return answers.kept(folder)

    async def count() -> int:
        database = await house.opened(folder)
        try:
            return await house.kept(database)
        finally:
            await database.close()

    return asyncio.run(count())


@contextmanager
def load(
    script: str,
    openings: Sequence[Opening],
    seconds: float,
    ports: Sequence[int] = (),
    *,
    begin: bool = False,
) -> Iterator[IO[str]]:
    """Telegram and the people; what they say, line by line. With `ports` they post there; with
    `begin` they only begin a form."""
    module = [sys.executable, "-m", "benchmarks.peers.load"]
    posting = [f"--port={port}" for port in ports] + ["--begin"] * begin
    process = subprocess.Popen(
        [*module, "--script", script, "--seconds", str(seconds), *posting],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    if not ports:
        pin(process.pid, "load")
    assert process.stdin is not None and process.stdout is not None
    with process:
        try:
            process.stdin.write(json.dumps(openings))
            process.stdin.close()
            yield process.stdout
        finally:
            process.kill()


@contextmanager
def bot(
    variant: Variant, folder: Path, base: str, core: str | None = "bot"
) -> Iterator[psutil.Process]:
    """The bot, until it has stopped by itself after SIGTERM; on the bot's core, or on any."""
    with (folder / SAID).open("wb") as said, ExitStack() as stack:
        environment = variant.environment(folder, base)
        if variant is AIOGRAM_REDIS:
            environment["BENCH_REDIS"], pid = stack.enter_context(redis_server.running(folder))
            pin(pid, "bot")
        process = subprocess.Popen(variant.command(), env=environment, stdout=said, stderr=said)
        if core:
            pin(process.pid, core)
        with process:
            try:
                yield psutil.Process(process.pid)
                process.terminate()
                process.wait(_STOPS_WITHIN)
            except subprocess.TimeoutExpired:
                print(f"{variant.name}: had to be killed", file=sys.stderr)
            finally:
                process.kill()


def last_words(folder: Path) -> str:
    """The end of what a bot printed."""
    said = folder / SAID
    return said.read_text(errors="replace")[-2000:] if said.exists() else ""


def pin(pid: int, part: str) -> None:
    """To a core of its own, where there are two."""
    if (psutil.cpu_count() or 1) > 1 and hasattr(psutil.Process, "cpu_affinity"):
        psutil.Process(pid).cpu_affinity(_CORES[part])


def line(lines: IO[str]) -> dict[str, Any]:
    """What the load says next. Raises RuntimeError if it has ended."""
    line = lines.readline()
    if not line:
        raise RuntimeError("the load ended before its time")
    return dict(json.loads(line))


def _cpu(process: psutil.Process) -> float:
    used = process.cpu_times()
    return float(used.user + used.system)


def _queued(process: psutil.Process) -> float:
    """Seconds that the main thread waited for its core so far, where the system tells (Linux)."""
    told = Path(f"/proc/{process.pid}/schedstat")
    return int(told.read_text().split()[1]) / 1e9 if told.exists() else 0.0


def stall(folder: Path, began: float, ended: float) -> float:
    """The longest stall within the measured time, in seconds."""
    found = [line.split() for line in (folder / "stalls.txt").read_text().splitlines()]
    return max((float(late) for at, late in found if began <= float(at) <= ended), default=0.0)
