"""A broadcast to ten thousand people on Telegram, while others are in the middle of a chat.

    python -m benchmarks.broadcast [--people 10000] [--faster 4]

The whole house over real HTTP against the Bot API of the tests, with a clock that runs several
times as fast: all seconds here are seconds of that clock. The faster it is, the more of the
processor house and Bot API need, so that whoever chats waits for that and not for the messenger's
pace: ten thousand people take two minutes with 4. Measured is how much is written in a
second, and how long those wait who chat meanwhile. Exit status 1 if the messenger's pace is not
kept, somebody is not written to exactly once, or those who chat wait much longer than before.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from benchmarks.peers import house
from benchmarks.peers.report import Bar
from benchmarks.peers.rounds import OUT
from bot.channels.telegram.channel import PACE
from core.messages import Reply
from storage import key_file, vault
from storage.database import Database
from storage.outbox import REPLY
from storage.policy import OPERATOR
from storage.priorities import DIGEST
from tests.contract.house import Running, running
from tests.contract.people import OnTelegram

PEOPLE: Final = 10_000
TALKERS: Final = 10
FASTER: Final = 4.0
WORDS: Final = "明天上午村委会有人值班。"
CALM: Final = 60.0  # seconds of chat before the broadcast
FIRST: Final = 100_000  # the number of the first of the people
SPAN: Final = 10  # seconds over which the pace is looked at
JITTER: Final = 1.05  # a call that the network held up counts in the wrong second
SLOWER: Final = 2.0  # times as long as before may those wait who chat
_CHUNK: Final = 25
_BETWEEN: Final = (2.0, 6.0)  # seconds between two things that somebody says
_WRITES: Final = frozenset({"sendMessage", "editMessageText"})


class FastClock:
    """Runs so many times as fast as the real one."""

    def __init__(self, faster: float) -> None:
        self._faster = faster
        self._begun = time.monotonic()
        self._at = datetime.now(UTC)

    @property
    def seconds(self) -> float:
        """Since it was made."""
        return self._faster * (time.monotonic() - self._begun)

    def now(self) -> datetime:
        return self._at + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._faster)


@dataclass(slots=True)
class Seen:
    """What was measured, in seconds of the fast clock: how long each answer in a chat took before
    and during the broadcast; how many calls had been made at which moments; how often each of the
    people was written to."""

    quiet: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    calls: list[tuple[float, int]] = field(default_factory=list)
    heard: list[int] = field(default_factory=list)

    @property
    def fastest(self) -> float:
        """Calls a second, in the `SPAN` seconds that saw most."""
        return max(
            (later - now) / SPAN
            for at, now in self.calls
            for then, later in self.calls
            if SPAN - 1 < then - at <= SPAN
        )


async def measure(folder: Path, people: int, faster: float) -> Seen:
    """Let people chat, queue the broadcast, and let them chat on until it is over."""
    clock, seen = FastClock(faster), Seen()
    vault.use(key_file.load_or_create(folder / "zoufang.key"))
    database = await Database.open(f"sqlite:///{folder / 'zoufang.sqlite3'}", clock)
    try:
        codes = await house.build(database, TALKERS)
        async with running("aiogram polling", database) as home:
            talkers = [await _enter(home, 1000 + at, code) for at, code in enumerate(codes)]
            until = clock.seconds + CALM
            seen.quiet = await _chat(talkers, clock, lambda: clock.seconds > until)
            users = [home.telegram.user(FIRST + number) for number in range(people)]
            for user in users:
                user.chat.opened = True
            counting = asyncio.create_task(_count(home, clock, seen))
            await _queue(database, [user.id for user in users])
            home.sender.wake()
            seen.busy = await _chat(talkers, clock, lambda: all(user.answers for user in users))
            counting.cancel()
            seen.heard = [len(user.answers) for user in users]
    finally:
        await database.close()
    return seen


async def _enter(home: Running, number: int, code: str) -> OnTelegram:
    """Somebody who has the menu."""
    talker = OnTelegram(home.telegram.user(number))
    await talker.says(f"/start {code}")
    await talker.asked("")
    return talker


async def _queue(database: Database, numbers: Sequence[int]) -> None:
    """The broadcast, to chats that have spoken before."""
    body = Reply(text=WORDS).model_dump(mode="json")
    for at in range(0, len(numbers), _CHUNK):
        async with database.unit(OPERATOR, "bench") as uow:
            for number in numbers[at : at + _CHUNK]:
                chat = await uow.conversations.load("telegram", str(number), "zh")
                await uow.outbox.queue_kind(chat.id, REPLY, body, DIGEST)
        await asyncio.sleep(0)  # people chat meanwhile


async def _chat(
    talkers: Sequence[OnTelegram], clock: FastClock, over: Callable[[], bool]
) -> list[float]:
    """Everybody says something now and then; how long each answer took."""
    took: list[float] = []

    async def talk(talker: OnTelegram, chance: random.Random) -> None:
        while not over():
            await clock.sleep(chance.uniform(*_BETWEEN))
            began = clock.seconds
            await talker.says("/help")
            await talker.asked("")
            took.append(clock.seconds - began)

    async with asyncio.TaskGroup() as group:
        for number, talker in enumerate(talkers):
            group.create_task(talk(talker, random.Random(number)))
    return took


async def _count(home: Running, clock: FastClock, seen: Seen) -> None:
    """Note once a second how many messages were sent or changed so far."""
    written = looked = 0
    while True:
        calls = home.telegram.calls
        written += sum(call.method in _WRITES for call in calls[looked:])
        looked = len(calls)
        seen.calls.append((clock.seconds, written))
        await clock.sleep(1.0)


def _p99(took: Sequence[float]) -> float:
    return sorted(took)[len(took) * 99 // 100]


def _slower(seen: Seen) -> float:
    return _p99(seen.busy) / _p99(seen.quiet)


def report(seen: Seen) -> list[Bar]:
    """Print what was seen; what has to hold."""
    (began, _), (ended, _) = seen.calls[0], seen.calls[-1]
    took = ended - began
    print(f"{len(seen.heard):,} people in {took:.0f} s, {len(seen.heard) / took:.1f} a second")
    print(f"p99 of an answer in a chat: before {_p99(seen.quiet):.2f} s, meanwhile", end=" ")
    print(f"{_p99(seen.busy):.2f} s ({len(seen.busy)} answers)")
    wrong = sum(times != 1 for times in seen.heard)
    return [
        Bar(f"calls a second, the most over {SPAN} s", seen.fastest, most=PACE.per_second * JITTER),
        Bar("p99 of an answer in a chat, meanwhile / before", _slower(seen), most=SLOWER),
        Bar("people not written to exactly once", wrong, most=0),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--faster", type=float, default=FASTER)
    chosen = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=OUT, prefix="broadcast-") as folder:
        bars = report(asyncio.run(measure(Path(folder), chosen.people, chosen.faster)))
    for bar in bars:
        print(f"* {bar}")
    return 1 if any(bar.missed for bar in bars) else 0


if __name__ == "__main__":
    sys.exit(main())
