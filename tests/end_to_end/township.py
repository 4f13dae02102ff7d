"""The demo township in a folder of its own, entered by a first start of the real program."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app import serve
from bot.settings import Settings
from core.clock import SystemClock
from core.ports import Clock
from core.texts import say
from storage import key_file
from storage import vault as vaults
from storage.database import Database
from storage.policy import OPERATOR, Role
from storage.submissions import Filter, Record
from tests.clock import START
from tests.patience import PATIENCE
from tests.ports import free_port


class HastyClock:
    """Begins at `tests.clock.START` and runs a hundred times as fast as the real one: a script
    answers faster than a messenger's pace lets a bot write."""

    def __init__(self) -> None:
        self._begun = time.monotonic()

    def now(self) -> datetime:
        return START + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return 100 * (time.monotonic() - self._begun)


@dataclass(frozen=True, slots=True)
class People:
    """Whom the tests visit, and codes that let staff in: by role, one for each test of a copy."""

    household: str
    elder: str
    child: str
    codes: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Township:
    """A folder with a database and its key."""

    folder: Path
    people: People

    def settings(self, **changes: Any) -> Settings:
        return Settings(
            database_url=f"sqlite:///{self.folder / 'data' / 'zoufang.sqlite3'}",
            key_file=self.folder / "keys" / "zoufang.key",
            **changes,
        )

    def copy(self, folder: Path) -> Township:
        """The same township elsewhere, for a test to change."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Township(folder, self.people)

    async def records(self) -> list[Record]:
        """Every record, the newest first."""
        database = await opened(self.settings())
        try:
            async with database.unit(OPERATOR, "test") as uow:
                return [record for record, _ in await uow.submissions.list(Filter())]
        finally:
            await database.close()


@dataclass(frozen=True, slots=True)
class Served:
    """A program that runs in this process."""

    url: str
    said: list[str]
    township: Township

    def link(self, role: str) -> str:
        """The sign-in link of a role, as it was printed."""
        line = next(line for line in self.said if role in line and "/sign-in/" in line)
        return line[line.index("http") :]


async def opened(settings: Settings, clock: Clock | None = None) -> Database:
    vaults.use(key_file.load_or_create(settings.key_file, None))
    return await Database.open(settings.database_url, clock or SystemClock())


@asynccontextmanager
async def served(township: Township, **changes: Any) -> AsyncIterator[Served]:
    """The real program in this process, until the end of the block."""
    before = list(vaults._open)
    settings = township.settings(port=free_port(), **changes)
    said: list[str] = []
    ready, stop = asyncio.Event(), asyncio.Event()

    def announce(line: str) -> None:
        said.append(line)
        if "Ctrl-C" in line:
            ready.set()

    running = asyncio.create_task(serve(settings, HastyClock(), stop, announce))
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait((running, waiting), return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        waiting.cancel()
        await running
    try:
        yield Served(settings.base_url, said, township)
    finally:
        stop.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait_for(running, PATIENCE)
        vaults._open[:] = before


async def settle(folder: Path) -> Township:
    """Start the program on nothing, and choose whom the tests visit."""
    empty = Township(folder, People("", "", "", {}))
    async with served(empty) as program:
        assert say("zh", "run.demo_loaded") in program.said
    before = list(vaults._open)
    database = await opened(empty.settings(), HastyClock())
    people = await _chosen(database)
    await database.close()
    vaults._open[:] = before
    return Township(folder, people)


async def _chosen(database: Database) -> People:
    """A household, an old person with high blood pressure and a pupil left behind, all of them
    in the first grid worker's and the first child director's areas."""
    async with database.unit(OPERATOR, "test") as uow:
        accounts = await uow.accounts.all()
        staff = {role: next(a for a in accounts if a.role is role) for role in STAFF}
        codes = {
            role.value: [
                await uow.invites.issue("messenger", account_id=account.id) for _ in range(3)
            ]
            for role, account in staff.items()
        }
        area = staff[Role.GRID_WORKER].area_code
        today = uow.now.date()
        elder = child = household = ""
        page = 0
        while not (elder and child):
            found, _ = await uow.register.list("person", page=page, size=100)
            page += 1
            for one in found:
                person = await uow.register.person(one.code) if one.area_code == area else None
                if person is None:
                    continue
                household = household or one.code
                tags, age = set(person.tags), person.age(today)
                if age >= 65 and "hypertension" in tags and "diabetes" not in tags:
                    elder = elder or one.code
                if 7 <= age <= 14 and "left_behind_child" in tags:
                    child = child or one.code
        homes, _ = await uow.register.list("household", size=200)
        household = next(one.code for one in homes if one.area_code == area)
    return People(household, elder, child, codes)


STAFF = (Role.GRID_WORKER, Role.CHILD_DIRECTOR, Role.TOWNSHIP_SUPERVISOR)
