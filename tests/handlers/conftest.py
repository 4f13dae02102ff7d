"""A small village, the built-in forms, and people who talk through paper."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import structlog

from bot.parameters import Parameters
from bot.phones import Phonebook
from bot.settings import DEFAULTS
from forms import library
from forms.intake import Intake, intake
from handlers.forms import _offer, publish
from handlers.making import made
from handlers.preparing import prepared
from handlers.rendering import render
from handlers.shelf import Shelf
from handlers.step import Steps
from handlers.turn import House
from scheduler.sender import Sender
from storage import vault as vaults
from storage.areas import Area
from storage.database import Database, Engines
from storage.enrolment import NewHousehold, NewPerson
from storage.interviews import StoredInterview
from storage.policy import OPERATOR, Actor, Role
from storage.submissions import Filter, Record
from storage.vault import Vault
from tests.clock import TurnedClock
from tests.handlers.paper import PaperChannel, Talker

COUNTY, TOWNSHIP, VILLAGE = "990101", "990101001", "990101001101"
GRID, NEXT_GRID = VILLAGE + "001", VILLAGE + "002"

AREAS = (
    Area(COUNTY, "county", "示范县"),
    Area(TOWNSHIP, "township", "示范乡", COUNTY),
    Area(VILLAGE, "village", "柳树村", TOWNSHIP),
    Area(GRID, "grid", "第一网格", VILLAGE),
    Area(NEXT_GRID, "grid", "第二网格", VILLAGE),
)
HOUSEHOLDS = (
    NewHousehold(
        "HAAAAAA",
        GRID,
        "柳树村1号",
        (
            NewPerson(
                "PAAAAAA", "王德福", "m", date(1950, 3, 5), True, tags=("over_65", "hypertension")
            ),
            NewPerson("PBBBBBB", "王小明", "m", date(2016, 5, 1), tags=("left_behind_child",)),
        ),
    ),
    NewHousehold(
        "HBBBBBB", GRID, "柳树村2号", (NewPerson("PCCCCCC", "李秀英", "f", date(1970, 1, 1), True),)
    ),
    NewHousehold(
        "HCCCCCC",
        NEXT_GRID,
        "柳树村3号",
        (NewPerson("PDDDDDD", "赵国强", "m", date(1960, 1, 1), True),),
    ),
)


@dataclass(slots=True)
class Village:
    """Everything running, but the messenger."""

    database: Database
    clock: TurnedClock
    channel: PaperChannel
    steps: Steps
    sender: Sender
    house: House

    def restart(self) -> Village:
        """The same database under a new process: nothing is remembered but what is stored."""
        return _running(self.database, self.clock, self.channel)

    def talker(self, address: str) -> Talker:
        """Somebody without an account."""
        return Talker(address, self.channel, self.steps, self.sender)

    async def hire(self, role: Role, area: str) -> tuple[int, str]:
        """An account and the code that lets its person in."""
        async with self.database.unit(OPERATOR, "test") as uow:
            account = await uow.accounts.add(f"测试{role.value}", role, area)
            return account.id, await uow.invites.issue("messenger", account_id=account.id)

    async def staff(
        self, role: Role, area: str, address: str | None = None, language: str = "zh"
    ) -> Talker:
        """Somebody who has come in with an invite code and sees the menu."""
        account, code = await self.hire(role, area)
        someone = self.talker(address or f"{role.value}-{account}")
        someone.language, someone.account = language, account
        await someone.say(f"/start {code}")
        return someone

    async def worker(self, language: str = "zh") -> Talker:
        """The grid worker of the first grid."""
        return await self.staff(Role.GRID_WORKER, GRID, language=language)

    async def interviews(self, someone: Talker) -> Sequence[StoredInterview]:
        """Somebody's drafts as they are stored, the latest first."""
        actor = Actor(Role.GRID_WORKER, GRID, account_id=someone.account)
        async with self.database.unit(actor, "test") as uow:
            return await uow.interviews.unfinished()

    async def stored(self, someone: Talker) -> dict[str, Any]:
        """The engine's state of somebody's latest draft."""
        return (await self.interviews(someone))[0].state

    async def values(self, someone: Talker) -> dict[str, str]:
        """The answers in somebody's latest draft, by question name."""
        stored: dict[str, str] = (await self.stored(someone))["values"]
        return {ref.rsplit("/", 1)[-1]: value for ref, value in stored.items() if value}

    async def records(self) -> list[Record]:
        """Every record, the newest first."""
        async with self.database.unit(OPERATOR, "test") as uow:
            return [record for record, _ in await uow.submissions.list(Filter())]


Publish = Callable[[str, str], Awaitable[None]]


def _running(database: Database, clock: TurnedClock, channel: PaperChannel) -> Village:
    phones = Phonebook.read(DEFAULTS / "phones.toml")
    parameters = Parameters.read(DEFAULTS / "parameters.toml")
    house = House(
        shelf=Shelf(), zone=ZoneInfo("Asia/Shanghai"), parameters=parameters.on, phones=phones.of
    )
    return running(database, clock, channel, house)


def running(database: Database, clock: TurnedClock, channel: PaperChannel, house: House) -> Village:
    """Steps and sender on a database, in a house that a test may have changed."""
    channels = {channel.name: channel}
    sender = Sender(
        database,
        channels,
        lambda parcel: render(parcel, house),
        clock,
        prepared(house),
        make=made(database, house),
    )
    steps = Steps(database, house, channels, sender)
    return Village(database, clock, channel, steps, sender, house)


@pytest.fixture(autouse=True)
def _no_logs(own_log: None) -> None:
    """Steps that fail on purpose are not worth their long traces on the screen."""
    structlog.configure(processors=[_drop])


def _drop(_logger: object, _method: str, _event: MutableMapping[str, Any]) -> str:
    raise structlog.DropEvent


@pytest.fixture(scope="session")
def built_in() -> dict[str, tuple[bytes, Intake]]:
    """The built-in forms, taken in once a session."""
    return {
        name: (library.source(name), intake(library.source(name), f"{name}.md"))
        for name in library.names()
    }


@pytest.fixture(scope="session")
def settled(
    migrated_sqlite: Path,
    built_in: dict[str, tuple[bytes, Intake]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """An SQLite file with two grids, three households and the built-in forms in it."""
    file = tmp_path_factory.mktemp("village") / "settled.sqlite3"
    shutil.copy(migrated_sqlite, file)
    with _vault_open():
        asyncio.run(_settle(f"sqlite:///{file}", built_in))
    return file


@contextmanager
def _vault_open() -> Iterator[None]:
    before = list(vaults._open)
    vaults.use(Vault(bytes(range(32))))
    yield
    vaults._open[:] = before


async def _settle(url: str, built_in: dict[str, tuple[bytes, Intake]]) -> None:
    database = await Database.open(url, TurnedClock())
    async with database.unit(OPERATOR, "test") as uow:
        await uow.areas.put(AREAS)
        await uow.register.enter(HOUSEHOLDS, "test")
        for name, (source, taken) in built_in.items():
            titles, offer = _offer(library.offers()[name])
            await publish(uow, taken, source, titles=titles, offer=offer)
    await database.close()


@pytest.fixture(scope="session")
def engine_of_the_village(settled: Path, tmp_path_factory: pytest.TempPathFactory) -> Engines:
    """One engine for every test's village: it remembers how statements are written."""
    file = tmp_path_factory.mktemp("village") / "village.sqlite3"
    shutil.copy(settled, file)

    async def opened() -> Engines:
        database = await Database.open(f"sqlite:///{file}", TurnedClock())
        await database.close()
        return database.engines

    with _vault_open():
        return asyncio.run(opened())


@pytest.fixture
async def village(
    settled: Path, engine_of_the_village: Engines, clock: TurnedClock, vault: Vault
) -> AsyncIterator[Village]:
    """Two grids with three households, and the built-in forms."""
    _put_back(settled, str(engine_of_the_village.main.url.database))
    database = Database(engine_of_the_village, clock)
    yield _running(database, clock, PaperChannel())
    await database.close()


def _put_back(settled: Path, file: str) -> None:
    for suffix in ("-wal", "-shm"):
        Path(file + suffix).unlink(missing_ok=True)
    shutil.copy(settled, file)


@cache
def _taken(name: str, tables: str) -> Intake:
    taken = intake(tables.encode(), f"{name}.md")
    assert taken.form, taken.findings
    return taken


@pytest.fixture
def ask(village: Village) -> Publish:
    """Publishes a form given as Markdown tables, for no subject, to every field role."""

    async def publish_markdown(name: str, tables: str) -> None:
        async with village.database.unit(OPERATOR, "test") as uow:
            await publish(uow, _taken(name, tables), tables.encode())

    return publish_markdown
