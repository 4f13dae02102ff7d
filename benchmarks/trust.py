"""What encryption at rest and the audit cost of a step in a chat, in the processor's time.

    python -m benchmarks.trust [--rounds 20]

Four houses in one process do the same by turns: a worker opens somebody of the register, fills in
ten questions and submits. One seals and audits as the product does; one only seals; one only
audits; one does neither. The chain of the audit is sealed after each round, as a tick does. Exit
status 1 if a step takes more than `MOST` times as long as it would without both.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final
from unittest import mock
from zoneinfo import ZoneInfo

from benchmarks.peers.form import QUESTIONS, TITLE, xlsform
from benchmarks.peers.house import AREAS, GRID
from benchmarks.peers.report import Bar
from core.clock import SystemClock
from forms.intake import intake
from handlers.forms import publish
from handlers.rendering import render
from handlers.shelf import Shelf
from handlers.step import Steps
from handlers.turn import House
from scheduler.sender import Sender
from storage import vault as vaults
from storage.audit import Audit
from storage.database import Database
from storage.enrolment import NewHousehold, NewPerson
from storage.formshelf import Offer
from storage.policy import OPERATOR, SYSTEM, Role
from storage.vault import KEY_SIZE, Vault
from tests.handlers.paper import PaperChannel, Talker

MOST: Final = 1.3
ROUNDS: Final = 20
INTERVIEWS: Final = 4  # in a round, by each house
SUBJECTS: Final = 20
_INDEX: Final = 32  # characters


class OpenVault(Vault):
    """Seals nothing: what it would cost to keep everything in clear."""

    def seal(self, plain: bytes, place: str) -> bytes:
        return plain

    def open(self, sealed: bytes, place: str) -> bytes:
        return sealed

    def index(self, value: str, purpose: str) -> str:
        return value[:_INDEX]


async def _nothing(*_: object) -> None:
    """An entry that nobody writes."""


@dataclass(slots=True)
class Variant:
    """One house: whether it seals and audits, its worker, milliseconds a step by round."""

    name: str
    vault: Vault
    audits: bool
    database: Database | None = None
    worker: Talker | None = None
    rounds: list[float] = field(default_factory=list)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """This house has the process to itself."""
        vaults.use(self.vault)
        if self.audits:
            yield
            return
        with mock.patch.object(Audit, "add", _nothing):
            yield

    async def settle(self, folder: Path) -> None:
        """The register, the form, and a worker who has come in."""
        database = await Database.open(f"sqlite:///{folder / self.name}.sqlite3", SystemClock())
        source = xlsform().encode()
        async with database.unit(OPERATOR, "bench") as uow:
            await uow.areas.put(AREAS)
            await uow.register.enter(map(_household, range(SUBJECTS)), "bench")
            offer = Offer(subject="person")
            await publish(uow, intake(source, "ten.md"), source, offer=offer)
            account = await uow.accounts.add("测试", Role.GRID_WORKER, GRID)
            code = await uow.invites.issue("messenger", account_id=account.id)
        house = House(Shelf(), ZoneInfo("Asia/Shanghai"), lambda *_: {}, lambda *_: ())
        channel = PaperChannel()
        channels = {channel.name: channel}
        sender = Sender(database, channels, lambda parcel: render(parcel, house), SystemClock())
        steps = Steps(database, house, channels, sender)
        self.database = database
        self.worker = Talker("worker", channel, steps, sender)
        await self.worker.say(f"/start {code}")

    async def work(self, first: int) -> int:
        """Interviews about one subject after another; how many steps that took."""
        assert self.worker and self.database
        steps = 0
        for number in range(first, first + INTERVIEWS):
            steps += await _interview(self.worker, _code("P", number % SUBJECTS))
        async with self.database.unit(SYSTEM, "bench") as uow:
            await uow.audit.seal()
        del self.worker.sheet[:]
        return steps


def _household(number: int) -> NewHousehold:
    head = NewPerson(_code("P", number), f"王试{number}", "m", date(1950, 1, 1), head=True)
    return NewHousehold(_code("H", number), GRID, f"柳河村{number}号", (head,))


def _code(kind: str, number: int) -> str:
    letters = "ABCDEFGHJK"
    return f"{kind}{letters[number // 10]}{letters[number % 10]}AAAA"


async def _interview(worker: Talker, subject: str) -> int:
    """Open a subject, answer everything, submit. Raises AssertionError where it goes otherwise."""
    await worker.say("/menu")
    await worker.press("我的走访对象")
    await worker.say(subject)
    await worker.press(subject)
    await worker.press(TITLE)
    for question in QUESTIONS:
        assert question.label in worker.open.text, worker.open.text
        if question.options:
            await worker.press(question.answer)
        else:
            await worker.say(question.answer)
    done = await worker.press("提交")
    assert "已提交" in "".join(paper.text for paper in worker.sheet[-3:]), done.text
    return 5 + len(QUESTIONS) + 1


async def measure(folder: Path, rounds: int) -> list[Variant]:
    """Every house, round by round. The first round warms up."""
    keys = Vault(bytes(range(KEY_SIZE))), OpenVault(bytes(range(KEY_SIZE)))
    houses = [
        Variant(f"{sealed}{audited}", key, bool(audited))
        for sealed, key in zip(("sealed", "open"), keys, strict=True)
        for audited in ("-audited", "")
    ]
    for house in houses:
        with house.at_work():
            await house.settle(folder)
    for turn in range(rounds + 1):
        for house in houses if turn % 2 else reversed(houses):
            with house.at_work():
                begun = time.process_time()
                steps = await house.work(turn * INTERVIEWS)
                took = time.process_time() - begun
            if turn:
                house.rounds.append(1e3 * took / steps)
    for house in houses:
        assert house.database
        await house.database.close()
    return houses


def report(houses: list[Variant]) -> list[Bar]:
    """Print what was measured; what has to hold."""
    both, sealed, audited, neither = houses
    print("| house | CPU ms/step, median | least |\n|---|---:|---:|")
    for house in houses:
        print(f"| {house.name} | {statistics.median(house.rounds):.2f} | {min(house.rounds):.2f} |")
    print()
    return [
        Bar("sealed and audited / neither", _times(both, neither), most=MOST),
        Bar("sealed / neither", _times(sealed, neither)),
        Bar("audited / neither", _times(audited, neither)),
    ]


def _times(one: Variant, other: Variant) -> float:
    """How many times as long; the median over the rounds, each of which meets both."""
    return statistics.median(a / b for a, b in zip(one.rounds, other.rounds, strict=True))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="trust-") as name:
        bars = report(asyncio.run(measure(Path(name), chosen.rounds)))
    for bar in bars:
        print(f"* {bar}")
    return 1 if any(bar.missed for bar in bars) else 0


if __name__ == "__main__":
    sys.exit(main())
