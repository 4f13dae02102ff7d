"""People in the bot's own process: how fast a bot is without sockets and without waiting for them.

`people` runs beside the bot. It is told by ``inside.json`` in the bot's folder what people say
first, which script they follow and for how many seconds, and writes there what it saw.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

from benchmarks.peers import script
from benchmarks.peers.bots.told import FOLDER
from benchmarks.peers.lean_server import LeanServer
from benchmarks.peers.people import Person, Tally
from benchmarks.peers.script import Act
from benchmarks.peers.wires import WiredUser, Wires
from core import measures

FILE: Final = "inside.json"

_WIRES: Final = Wires(LeanServer())


@dataclass(frozen=True, slots=True)
class Told:
    """What the people are told. An opening is what is said first, the words that the reply has to
    hold, and a button that it has."""

    openings: list[tuple[str, str, str]]
    script: Literal["ours", "peers"]
    seconds: float

    def write(self, folder: Path) -> None:
        (folder / FILE).write_text(json.dumps(asdict(self)))


@dataclass(frozen=True, slots=True)
class Seen:
    """`steps` in `seconds` of the bot's own time, `cpu` of them on the processor, and the time of
    our step by stage: how often, and seconds in all."""

    steps: int
    seconds: float
    cpu: float
    stages: dict[str, tuple[int, float]]

    @classmethod
    def read(cls, folder: Path) -> Seen:
        return cls(**json.loads((folder / FILE).read_text()))


def connect() -> None:
    """Take the place of the network."""
    _WIRES.connect()


async def people() -> None:
    """Fill in forms for the time that was told, write down what was seen, end the bot."""
    told = Told(**json.loads((FOLDER / FILE).read_text()))
    acts = script.ours() if told.script == "ours" else script.peers()
    tally = Tally()
    warm = asyncio.Barrier(len(told.openings) + 1)
    await _WIRES.server.opened.wait()
    tasks = [
        asyncio.create_task(
            Person(WiredUser(_WIRES, 1000 + at), Act(does, False, until, needs), acts, tally).run(
                warm
            )
        )
        for at, (does, until, needs) in enumerate(told.openings)
    ]
    await warm.wait()
    before, began, cpu, stages = len(tally.steps), _own(), _own_cpu(), _stages()
    await asyncio.sleep(told.seconds)
    steps = len(tally.steps) - before
    seen = Seen(steps, _own() - began, _own_cpu() - cpu, _since(stages))
    for task in tasks:
        task.cancel()
    (FOLDER / FILE).write_text(json.dumps(asdict(seen)))
    os.kill(os.getpid(), signal.SIGTERM)


def _own() -> float:
    """The time so far, without what Telegram and the people took of it."""
    return time.perf_counter() - _WIRES.spent


def _own_cpu() -> float:
    return time.process_time() - _WIRES.cpu


def _stages() -> dict[str, tuple[int, float]]:
    """The time of our steps so far; nothing in a peer's bot."""
    return {
        stage: (sum(classes.counts), classes.seconds)
        for (stage,), classes in measures.STEP_SECONDS.values.items()
    }


def _since(before: dict[str, tuple[int, float]]) -> dict[str, tuple[int, float]]:
    return {
        stage: (times - before.get(stage, (0, 0.0))[0], seconds - before.get(stage, (0, 0.0))[1])
        for stage, (times, seconds) in _stages().items()
    }
