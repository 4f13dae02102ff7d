"""What importing pension accounts and telling a resident's status cost.

An import is held against the bare insert of the same rows into the same tables, which neither reads
a file nor looks anybody up nor checks anything; and its memory must not grow with the file. A
status answer, rules and all, is held against a step that shows the menu. CPU time counts: how busy
the machine is beside us does not.

    python -m benchmarks.pension [--accounts 500000]
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import psutil
from sqlalchemy import LargeBinary, bindparam, text

from bot.cli.pension_rows import Rows
from bot.cli.pension_taking import take
from handlers.rendering import render
from handlers.shelf import Shelf
from handlers.step import Steps
from handlers.turn import House
from pension import built_in
from scheduler.sender import Sender
from storage import vault
from storage.database import Database
from storage.pension_imports import NewAccount
from storage.policy import OPERATOR
from storage.tables import Instant
from storage.vault import Vault
from tests.clock import TurnedClock
from tests.handlers.paper import PaperChannel, Talker

ACCOUNTS: Final = 10_000
ANSWERS: Final = 400
CHUNK: Final = 400
TODAY: Final = date(2026, 11, 21)
COUNTY: Final = "990101"

# What is promised, as ratios of CPU time, and MiB that the import of any file may take.
IMPORT: Final = 5.0
ANSWER: Final = 3.0
GROWTH: Final = 24.0


@dataclass(slots=True)
class Memory:
    """The most that was resident after the first tenth of the rows, over what was at it, in MiB."""

    rows: int
    _process: psutil.Process = field(default_factory=psutil.Process)
    _first: float = 0.0
    _most: float = 0.0

    def told(self, read: int) -> None:
        """So many rows have been read."""
        resident = self._process.memory_info().rss / 2**20
        if read <= self.rows // 10:
            self._first = self._most = resident
        self._most = max(self._most, resident)

    @property
    def growth(self) -> float:
        """MiB."""
        return self._most - self._first


async def run(accounts: int) -> bool:
    """Measure and print; whether all promises were kept."""
    vault.use(Vault(bytes(range(32))))
    with tempfile.TemporaryDirectory(prefix="zoufang-bench-") as folder:
        file = Path(folder) / "accounts.csv"
        _write(file, accounts)
        bare = await _fresh(folder, "bare", accounts, partial(_bare, accounts))
        memory = Memory(accounts)
        imported = await _fresh(folder, "import", accounts, partial(_import, file, memory))
        plain, status = await _answers(f"sqlite:///{folder}/import.sqlite3")
    print(f"{accounts} accounts, SQLite")
    print(f"  bare insert      {accounts / bare:9.0f} rows/s CPU")
    print(
        f"  import           {accounts / imported:9.0f} rows/s CPU   {imported / bare:.1f} x bare"
    )
    print(f"  memory           {memory.growth:9.1f} MiB more after the first tenth")
    print(f"  a plain step     {_p99(plain) * 1e3:9.2f} ms p99")
    print(
        f"  a status answer  {_p99(status) * 1e3:9.2f} ms p99   {_ratio(status, plain):.1f} x plain"
    )
    return imported / bare <= IMPORT and memory.growth <= GROWTH and _ratio(status, plain) <= ANSWER


async def _fresh(
    folder: str, name: str, people: int, work: Callable[[Database], Awaitable[None]]
) -> float:
    """CPU seconds of `work` on a database with so many people."""
    database = await Database.open(f"sqlite:///{folder}/{name}.sqlite3", TurnedClock())
    await _make_up(database, people)
    began = time.process_time()
    await work(database)
    took = time.process_time() - began
    await database.close()
    return took


async def _make_up(database: Database, people: int) -> None:
    numbers = (
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :people)"
    )
    statements = (
        f"INSERT INTO area (code, level, name) VALUES ('{COUNTY}', 'county', '-')",
        "INSERT INTO household (id, area_code, code, created_at)"
        f" VALUES (1, '{COUNTY}', 'H1', :entered)",
        "INSERT INTO person"
        " (id, area_code, code, household_id, name, sex, birth_date, head, state, created_at)"
        f" {numbers} SELECT i + 1, '{COUNTY}', 'P' || i, 1, :nobody, 'f', '1955-06-01', false,"
        " 'active', :entered FROM n",
    )
    values = {"people": people}
    bound = (
        bindparam("entered", datetime(2025, 6, 1, tzinfo=UTC), Instant),
        bindparam("nobody", vault.vault().seal("李".encode(), "person.name"), LargeBinary),
    )
    async with database.unit(OPERATOR, "benchmark") as uow:
        for statement in statements:
            used = [one for one in bound if f":{one.key}" in statement]
            given = values if ":people" in statement else {}
            await uow.connection.execute(text(statement).bindparams(*used), given)


def _accounts(people: int) -> Iterator[NewAccount]:
    for number in range(people):
        yield NewAccount(
            number + 1,
            "resident",
            COUNTY,
            as_of=date(2025, 12, 31),
            years_paid=5 + number % 10,
            balance=Decimal(1000 + number % 5000),
            benefits_from=date(2016, 1, 1),
            benefit=Decimal(163),
            certified_on=date(2026, 1, 1 + number % 28),
        )


def _write(file: Path, people: int) -> None:
    head = ("人员编码", "险种", "截至日期", "累计缴费年限", "个人账户余额")
    more = ("待遇起始日期", "月待遇", "最近认证日期")
    with file.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow((*head, *more))
        for number, one in enumerate(_accounts(people)):
            paid = (one.as_of, one.years_paid, f"{one.balance}元")
            drawn = (one.benefits_from, one.benefit, one.certified_on)
            table.writerow((f"P{number}", "城乡居保", *paid, *drawn))


async def _bare(people: int, database: Database) -> None:
    rows = list(_accounts(people))
    async with database.unit(OPERATOR, "benchmark") as uow:
        number = await uow.pension_imports.begin()
    for start in range(0, people, CHUNK):
        async with database.unit(OPERATOR, "benchmark") as uow:
            await uow.pension_imports.add_accounts(number, rows[start : start + CHUNK])
    async with database.unit(OPERATOR, "benchmark") as uow:
        await uow.pension_imports.finish(number)


async def _import(file: Path, memory: Memory, database: Database) -> None:
    rows = Rows(built_in(), TODAY)
    taken = await take(database, file, rows, dry_run=False, told=memory.told)
    assert not taken.findings.count, taken.findings.kept[:3]


async def _answers(url: str) -> tuple[list[float], list[float]]:
    """CPU seconds of each plain step and of each status answer, in turns."""
    database = await Database.open(url, TurnedClock())
    house = House(
        shelf=Shelf(), zone=ZoneInfo("Asia/Shanghai"), parameters=_nothing, phones=_nobody
    )
    channel = PaperChannel("web")
    sender = Sender(database, {"web": channel}, lambda parcel: render(parcel, house), TurnedClock())
    resident = Talker("R", channel, Steps(database, house, {"web": channel}, sender), sender)
    async with database.unit(OPERATOR, "benchmark") as uow:
        code = await uow.invites.issue("messenger", person_id=1)
    await resident.say(f"/start {code}")
    await resident.say("/pension")
    plain, status = [], []
    for _ in range(ANSWERS):
        plain.append(await _timed(resident, "/menu"))
        status.append(await _timed(resident, "/pension"))
        resident.sheet.clear()
    await database.close()
    return plain, status


async def _timed(resident: Talker, words: str) -> float:
    began = time.process_time()
    await resident.say(words)
    return time.process_time() - began


def _nothing(_on: date, _area: str) -> dict[str, str]:
    return {}


def _nobody(_use: str, _area: str) -> tuple[()]:
    return ()


def _p99(times: list[float]) -> float:
    return statistics.quantiles(times, n=100)[98]


def _ratio(ours: list[float], theirs: list[float]) -> float:
    return _p99(ours) / _p99(theirs)


def main() -> int:
    """Run it; exit status 1 if a promise was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=ACCOUNTS)
    kept = asyncio.run(run(parser.parse_args().accounts))
    print("kept" if kept else "missed")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
