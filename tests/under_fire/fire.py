"""People fill in forms while something goes wrong; afterwards everything has to be in its place."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from tests.contract.house import Kind
from tests.emulator import TOKEN, Emulator, faults
from tests.patience import PATIENCE
from tests.ports import free_port
from tests.under_fire.front import Front
from tests.under_fire.ground import Ground, Left
from tests.under_fire.outcome import Outcome
from tests.under_fire.people import OnTelegram, OnTheWeb, Person
from tests.under_fire.process import Process

_LOOK: Final = 0.05  # seconds between two looks at what nobody tells of
_SLOW: Final = ("sendMessage", "editMessageText")


@dataclass(slots=True)
class Fire:
    """A program of one process or of several replicas, its messenger, and people who use it.

    `life` counts how often a process was started; `chance` draws the instants of what goes wrong.
    """

    ground: Ground
    kind: Kind
    seed: int
    telegram: Emulator
    ports: tuple[int, ...]
    settings: dict[str, object]
    chance: random.Random
    people: list[Person] = field(default_factory=list)
    life: int = 0
    processes: dict[int, Process] = field(default_factory=dict)

    @property
    def process(self) -> Process:
        """The first replica, or the only process."""
        return self.processes[0]

    def start(self, replica: int = 0) -> Process:
        """Start a process anew."""
        self.life += 1
        started = Process(
            self.ground.folder,
            self.ground.folder / "log",
            port=self.ports[replica],
            **self.settings,
        )
        self.processes[replica] = started
        return started

    async def kill(self, replica: int = 0) -> None:
        """``kill -9``; what it had told the messenger is then done."""
        await self.processes[replica].kill()
        await self.telegram.heard_out()

    async def goes_on(self) -> None:
        """Wait until somebody has got an answer. Raises AssertionError if nobody does."""
        before = self.answers
        for _ in range(int(PATIENCE / _LOOK)):
            if self.answers > before:
                return
            await asyncio.sleep(_LOOK)
        raise AssertionError(f"for {PATIENCE:g} seconds nobody has got an answer")

    @property
    def answers(self) -> int:
        """How often somebody was asked what came next."""
        return sum(person.answers for person in self.people)

    async def come(self, how_many: int) -> None:
        """Let people in."""
        for number, worker in enumerate(self.ground.workers[:how_many]):
            if self.kind == "web":
                url = f"http://127.0.0.1:{self.ports[0]}"
                person: Person = OnTheWeb(worker, self.seed, lambda: self.life, url=url)
            else:
                user = self.telegram.user(1001 + number)
                person = OnTelegram(worker, self.seed, lambda: self.life, user=user)
            self.people.append(person)
        await asyncio.gather(*(person.come_in() for person in self.people))

    async def burn(self, trouble: Awaitable[None]) -> Outcome:
        """Let people fill in until the trouble is over, and everything come to rest."""
        over = asyncio.Event()
        filling = {
            asyncio.create_task(person.fill_in(over.is_set)): person for person in self.people
        }
        try:
            await trouble
            over.set()
            waiting, before = set(filling), -1
            while waiting and self.answers > before:  # as long as anybody gets an answer
                before = self.answers
                done, waiting = await asyncio.wait(waiting, timeout=PATIENCE)
                for task in done:
                    task.result()
            left = await (self.ground.left() if waiting else self.left_at_rest())
        finally:
            for task in filling:
                task.cancel()
            await asyncio.gather(*filling, return_exceptions=True)
            await asyncio.gather(*(person.leave() for person in self.people))
        stuck = tuple(filling[task] for task in waiting)
        return Outcome(tuple(self.people), stuck, left, self.life - len(self.ports))

    async def left_at_rest(self) -> Left:
        """What is left when nothing is under way and Telegram has nothing to hand over."""
        return await self.ground.left_at_rest(lambda: not self.telegram.world.updates)


@asynccontextmanager
async def lit(
    ground: Ground, kind: Kind, seed: int, *, replicas: int = 1, **more: object
) -> AsyncIterator[Fire]:
    """The program at work on this ground with one channel, and an end to it.

    Telegram takes some time for a third of what it is told, so that kills meet calls.
    """
    ports = tuple(free_port() for _ in range(replicas))
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(Emulator())
        telegram.faults(0.3, seed, faults.stall(0.03), methods=_SLOW)
        url = f"http://127.0.0.1:{ports[0]}"
        if replicas > 1:
            url = (await stack.enter_async_context(Front(ports, seed))).url
        settings = ground.settings | {"public_url": url} | _channel(kind, telegram) | more
        chance = random.Random(seed)
        fire = Fire(ground, kind, seed, telegram, ports, settings, chance)
        try:
            await asyncio.gather(*(fire.start(replica).listens() for replica in range(replicas)))
            yield fire
        finally:
            for process in fire.processes.values():
                if process.lives:
                    await process.kill()


def _channel(kind: Kind, telegram: Emulator) -> dict[str, object]:
    if kind == "web":
        return {}
    runtime, way = kind.split()
    return {
        "telegram_token": TOKEN,
        "telegram_api": telegram.base,
        "telegram_runtime": runtime,
        "telegram_webhook": way == "webhook",
    }
