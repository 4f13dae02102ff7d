"""Ten thousand people in the middle of a form, and a hundred thousand in the table.

    python -m benchmarks.peers.crowd

What an interview that nobody is filling in costs in memory, beyond those that are kept at hand; and
whether a step takes longer where many people have ever spoken. Exit status 1 if one is missed.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import psutil

from benchmarks.peers import house
from benchmarks.peers.form import QUESTIONS
from benchmarks.peers.report import Bar
from benchmarks.peers.rounds import OUT
from bot.app import house_of
from bot.settings import Settings
from core.clock import SystemClock
from core.messages import Event, Inbound, Reply, Tap, Text
from core.ports import Pace, Receipt, Receive
from core.texts import say
from handlers.rendering import render
from handlers.step import Steps
from handlers.tokens import FORM, token
from scheduler.sender import Sender
from storage.database import Database
from storage.policy import OPERATOR, Role

CHANNEL: Final = "crowd"
FEW, OPEN, MANY = 1_000, 10_000, 100_000
FORMS: Final = 40  # that one person fills in for one measured time
KIB_EACH: Final = 2.0
FLAT: Final = 1.25  # times the step with few people
_TYPED: Final = 1  # question that everybody answers before they go away
_AT_ONCE: Final = 32


class CrowdChannel:
    """Delivers to whoever waits, and remembers nothing."""

    name: Final = CHANNEL
    pace: Final = Pace(per_second=1e6, per_chat=1e6, chat_burst=1e6)

    def __init__(self) -> None:
        self.waiting: dict[str, asyncio.Future[Reply]] = {}
        self._number = 0

    async def run(self, receive: Receive) -> None:
        await asyncio.Event().wait()

    async def deliver(
        self, address: str, reply: Reply, replaces: str | None, key: str = ""
    ) -> Receipt:
        waiting = self.waiting.get(address)
        if replaces is None and waiting and not waiting.done():
            waiting.set_result(reply)
        self._number += 1
        return Receipt(replaces or str(self._number))

    async def acknowledge(self, inbound: Inbound) -> None:
        return None

    async def erase(self, inbound: Inbound) -> None:
        return None

    async def fetch(self, file_id: str) -> bytes:
        raise NotImplementedError


class Crowd:
    """People by number; each is a grid worker with a conversation of their own."""

    def __init__(self, database: Database, channel: CrowdChannel, steps: Steps) -> None:
        self._database = database
        self._channel = channel
        self._steps = steps
        self._form = ""
        self._said = 0

    async def grow(self, numbers: Sequence[int], *, staff: bool) -> None:
        """Conversations for these numbers; without `staff`, of people whom nobody knows."""
        async with self._database.unit(OPERATOR, "bench") as uow:
            self._form = (await uow.forms.offered())[-1].sha256[:12]
            for number in numbers:
                chat = await uow.conversations.load(CHANNEL, str(number), "zh")
                if staff:
                    account = await uow.accounts.add(f"测试{number}", Role.GRID_WORKER, house.GRID)
                    await uow.conversations.bind(chat, account_id=account.id, person_id=None)

    async def begin(self, numbers: Sequence[int]) -> None:
        """Everybody opens a form, answers a little and goes away."""
        for at in range(0, len(numbers), _AT_ONCE):
            await asyncio.gather(*(self._begin(each) for each in numbers[at : at + _AT_ONCE]))

    async def _begin(self, number: int) -> None:
        await self._say(number, self._opening())
        for question in QUESTIONS[:_TYPED]:
            await self._say(number, Text(text=question.answer))

    async def step_seconds(self, number: int) -> float:
        """The median of a step and its delivery while somebody fills in whole forms."""
        took = []
        for _ in range(FORMS):
            began = time.perf_counter()
            reply = await self._say(number, self._opening())
            for question in QUESTIONS:
                reply = await self._say(number, _answer(reply, question.answer, question.options))
                now = time.perf_counter()
                took.append(now - began)
                began = now
            await self._say(number, _press(reply, say("zh", "chat.button.submit")))
        return statistics.median(took)

    def _opening(self) -> Tap:
        return Tap(token=token(FORM, self._form, "-"))

    async def _say(self, number: int, event: Event) -> Reply:
        address, self._said = str(number), self._said + 1
        waiting = asyncio.get_running_loop().create_future()
        self._channel.waiting[address] = waiting
        key = f"key-{self._said}"
        await self._steps.receive(Inbound(channel=CHANNEL, address=address, key=key, event=event))
        async with asyncio.timeout(30):
            reply: Reply = await waiting
        del self._channel.waiting[address]
        return reply


def _answer(reply: Reply, answer: str, options: Sequence[object]) -> Event:
    return _press(reply, answer) if options else Text(text=answer)


def _press(reply: Reply, label: str) -> Tap:
    buttons = [button for row in reply.buttons for button in row]
    exact = [button for button in buttons if button.text == label]
    return Tap(token=(exact or [one for one in buttons if label in one.text])[0].token)


@asynccontextmanager
async def _opened(folder: Path) -> AsyncIterator[Crowd]:
    """A house with nobody in it, and all that makes steps."""
    database = await house.opened(folder)
    shared, channel = house_of(Settings()), CrowdChannel()
    channels = {CHANNEL: channel}
    sender = Sender(database, channels, lambda parcel: render(parcel, shared), SystemClock())
    sending = asyncio.create_task(sender.run())
    try:
        await house.build(database, 0)
        yield Crowd(database, channel, Steps(database, shared, channels, sender))
    finally:
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending
        await database.close()


async def measure(folder: Path) -> list[Bar]:
    """Grow the crowd, and measure on the way."""
    async with _opened(folder) as crowd:
        await crowd.grow(range(FEW), staff=True)
        await crowd.begin(range(FEW))
        little, quick = _resident(), await crowd.step_seconds(0)
        await crowd.grow(range(FEW, OPEN), staff=True)
        await crowd.begin(range(FEW, OPEN))
        each = (_resident() - little) / (OPEN - FEW)
        await crowd.grow(range(OPEN, MANY), staff=False)
        slow = await crowd.step_seconds(0)
    print(f"a step with {FEW:,} people {1e3 * quick:.2f} ms, with {MANY:,} {1e3 * slow:.2f} ms")
    return [
        Bar(f"KiB resident for each of {OPEN:,} open interviews", each / 1024, most=KIB_EACH),
        Bar(f"a step with {MANY:,} people / with {FEW:,}", slow / quick, most=FLAT),
    ]


def _resident() -> int:
    gc.collect()
    return int(psutil.Process().memory_info().rss)


def main() -> int:
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=OUT, prefix="crowd-") as folder:
        bars = asyncio.run(measure(Path(folder)))
    for bar in bars:
        print(f"* {bar}")
    return 1 if any(bar.missed for bar in bars) else 0


if __name__ == "__main__":
    sys.exit(main())
